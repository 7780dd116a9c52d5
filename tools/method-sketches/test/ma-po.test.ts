import { activations, tf } from "@tokenwise/kit";
import {
  difference,
  evaluate,
  givenPairs,
  gradientDifference,
  pairOrder,
  tokenTable,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { activationMasks, maskedTdpo, type ActivationType } from "../src/index.ts";
import { casesOf, golden, tolerance } from "./golden.ts";

interface Case {
  readonly options: { readonly beta: number; readonly types: readonly string[] };
  readonly activations: {
    readonly layers: number;
    readonly width: number;
    readonly pathIndex: Readonly<Record<string, number>>;
  } & Readonly<Record<"b" | "t" | "h" | "off", number>>;
  readonly authors_code: {
    readonly loss: number;
    readonly masks: readonly (readonly number[])[];
    readonly gradient: GoldenGradient;
  };
}
const cases = casesOf(golden<GoldenPairs, Case>("sparse-po"), "mapo");
const typeOf: Readonly<Record<string, ActivationType>> = {
  mlp: "mlp",
  attn: "attention",
  resid: "residual",
  logits: "logits",
};

/** Means over the width of every captured tensor of a type, [K, B, T]; the golden formula, at the positions before the tokens. */
function meansOf(type: string, { activations: formula }: Case, given: GoldenPairs, logits: tf.Tensor): tf.Tensor {
  if (type === "logits") return tf.expandDims(tf.mean(logits, 2), 0);
  const { layers, width, pathIndex, b, t, h, off } = formula;
  const tensors = Object.entries(pathIndex)
    .filter(([path]) => path.startsWith(`${type}.`))
    .flatMap(([path, index]) => {
      const whole = path.endsWith("post_emb") || path.endsWith("ln_f"); // of the model, not of a layer
      return Array.from({ length: whole ? 1 : layers }, (_, layer) => 0.37 * index + 1.9 * layer);
    });
  const mean = (s: number, row: number, position: number): number => {
    const units = Array.from({ length: width }, (_, unit) => Math.sin(b * row + t * position + h * unit + s));
    return units.reduce((sum, value) => sum + value, 0) / width + off * Math.cos(1.7 * position + s);
  };
  const longest = Math.max(...given.rows.map(({ response }) => response.length));
  return tf.stack(
    tensors.map((s) =>
      tf.tensor2d(
        pairOrder(given.pairs).map((row) => {
          const first = given.rows[row]!.prompt.length - 1;
          return Array.from({ length: longest }, (_, token) => mean(s, row, first + token));
        }),
      ),
    ),
  );
}

describe("MaPO on given activations", () => {
  it.each(cases)("$name: masks, loss and gradients are the authors'", (each) => {
    const { given, options, authors_code } = each;
    const types = options.types.map((type) => typeOf[type]!);
    const table = givenPairs(given);
    const means = options.types.map(
      (type) => [typeOf[type]!, meansOf(type, each, given, table.logits!.reference)] as const,
    );
    const weighter = activationMasks(types);
    const values = [[activations("reference", { types }), Object.fromEntries(means)]] as const;
    const result = evaluate(maskedTdpo(weighter, { beta: options.beta }), [{ ...table, values }]);
    const view = { batch: table.batch, read: { means: Object.fromEntries(means) } } as never;
    const width = table.batch.responseMask.shape[1]!;
    const masks = tokenTable(
      pairOrder(given.pairs).map((row) => authors_code.masks[row]!),
      width,
      0,
    );
    expect(difference([...weighter.weigh(view).reward!.dataSync()], [...masks.dataSync()])).toBeLessThan(
      tolerance.value,
    );
    expect(difference([result.loss], [authors_code.loss])).toBeLessThan(tolerance.value);
    expect(gradientDifference(result.gradients.policy[0]!, authors_code.gradient, given)).toBeLessThan(
      tolerance.gradient,
    );
  });
});
