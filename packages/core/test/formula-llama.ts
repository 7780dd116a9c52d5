/** The tiny Llama of the golden trajectories: weights by formula, rows by number. */
import type { PreferenceExample } from "@tokenwise/data";
import { createModel, llamaConfig, type CausalModel } from "@tokenwise/model";

interface Coefficients {
  readonly a: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly scale: number;
  readonly a2: number;
  readonly c2: number;
  readonly d2: number;
  readonly e2: number;
  readonly amp: number;
}

export interface FormulaModel {
  readonly config: Readonly<Record<string, number | string | boolean>>;
  readonly coefficients: Coefficients;
  readonly parameters: readonly (readonly [name: string, shape: readonly number[]])[];
}

/** The weights of a role by the formula in the golden file's `model.weights`. */
export function formulaLlama(
  { config, coefficients: k, parameters }: FormulaModel,
  role: "policy" | "reference",
): CausalModel {
  const order = parameters.map(([name]) => name);
  return createModel(
    llamaConfig({
      vocabSize: config.vocab_size as number,
      hiddenSize: config.hidden_size as number,
      intermediateSize: config.intermediate_size as number,
      numHiddenLayers: config.num_hidden_layers as number,
      numAttentionHeads: config.num_attention_heads as number,
      numKeyValueHeads: config.num_key_value_heads as number,
      headDim: config.head_dim as number,
      rmsNormEps: config.rms_norm_eps as number,
      ropeTheta: config.rope_theta as number,
    }),
    {
      weights(name, shape) {
        const p = order.indexOf(name);
        const norm = name.includes("norm");
        return Float32Array.from({ length: shape.reduce((size, axis) => size * axis, 1) }, (_, i) => {
          const s = Math.sin(k.a * i + k.c * (p + 1) * i * i + k.d * p + k.e);
          if (norm) return 1 + 0.1 * s;
          const shift = k.amp * Math.sin(k.a2 * i + k.c2 * (p + 1) * i * i + k.d2 * p + k.e2);
          return k.scale * s + (role === "reference" ? shift : 0);
        });
      },
    },
  );
}

export interface GoldenRow {
  readonly pair: number;
  readonly side: string;
  readonly prompt: readonly number[];
  readonly response: readonly number[];
}

/** Pairs of golden rows, with a column of per-token values if there is one (listed chosen rows first). */
export function goldenPairs(rows: readonly GoldenRow[], weights?: readonly (readonly number[])[]): PreferenceExample[] {
  const pairs = rows.length / 2;
  return Array.from({ length: pairs }, (_, pair) => {
    const [chosen, rejected] = [rows[pair], rows[pair + pairs]] as [GoldenRow, GoldenRow];
    const candidate = ({ response }: GoldenRow) => ({ ids: Int32Array.from(response), content: response.length - 1 });
    const column = weights && [weights[pair], weights[pair + pairs]].map((row) => Float32Array.from(row ?? []));
    return {
      source: { file: "golden", line: pair + 1 },
      prompt: Int32Array.from(chosen.prompt),
      candidates: [candidate(chosen), candidate(rejected)],
      ...(column ? { columns: { weights: column } } : {}),
    };
  });
}
