/**
 * Gradients at the input embeddings, reduced to one norm per token. They are computed before the tape of a step opens and kept as numbers,
 * so that their graph is gone when the main pass needs the memory.
 */
import type { PreferenceExample } from "@tokenwise/data";
import { tf, TokenwiseError, type PerCandidate, type PerToken, type PreferenceBatch } from "@tokenwise/kit";
import { inputGradient, type CausalModel } from "@tokenwise/model";
import type { RequestTable } from "../plan/requests.ts";
import { candidatesOf, longestResponse, streamLength } from "./assemble.ts";
import { microBatches } from "./micro-batches.ts";

/** Of one request, for the candidates of a micro-batch: 0 in padding and where one is missing. */
interface Attribution {
  /** [B·T] */
  readonly response: Float32Array;
  /** Σ over prompt and response, [P·G]. */
  readonly sequenceTotal: Float32Array;
}

/** By request key. */
export type Attributions = ReadonlyMap<string, Attribution>;

const norms: Readonly<Record<string, (gradient: tf.Tensor) => tf.Tensor>> = {
  l1: (gradient) => tf.sum(tf.abs(gradient), 1),
  l2: (gradient) => tf.sqrt(tf.sum(tf.square(gradient), 1)),
};

/** Serves the requests for input gradients among `requests`: one forward and backward pass for all of them. */
export function attribute(
  requests: RequestTable,
  policy: CausalModel | undefined,
  examples: readonly PreferenceExample[],
  options: { readonly recompute: boolean },
): Attributions {
  const asked = [...requests].flatMap(([key, request]) =>
    request.kind === "input-gradient" ? [[key, normOf(request.options)] as const] : [],
  );
  if (asked.length === 0 || !policy) return new Map();
  const rows = examples.flatMap(({ prompt, candidates }) =>
    candidates.map((candidate) => (candidate ? Int32Array.of(...prompt, ...candidate.ids) : new Int32Array())),
  );
  const width = longestResponse(examples);
  const results = new Map(asked.map(([key]) => [key, emptyOf(rows.length, width)]));
  for (const chunk of chunksOf(rows, examples)) {
    const sequences = chunk.map((row) => rows[row]!);
    const values = tf.tidy(() => {
      const gradient = inputGradient(policy, sequences, options);
      return asked.map(([, norm]) => norm(gradient).dataSync<"float32">());
    });
    let start = 0;
    for (const [index, row] of chunk.entries()) {
      const end = start + sequences[index]!.length;
      const responseLength = candidatesOf(examples)[row]!.ids.length;
      asked.forEach(([key], which) => {
        const { response, sequenceTotal } = results.get(key)!;
        const sequence = values[which]!.subarray(start, end);
        sequenceTotal[row] = sequence.reduce((sum, value) => sum + value, 0);
        response.set(sequence.subarray(sequence.length - responseLength), row * width);
      });
      start = end;
    }
  }
  return results;
}

/** What `attribute` returns as tensors, by request key: what parts read. */
export function attributionTensors(
  attributions: Attributions,
  { responseMask, candidateMask }: PreferenceBatch,
): readonly (readonly [string, { readonly response: PerToken; readonly sequenceTotal: PerCandidate }])[] {
  return [...attributions].map(([key, { response, sequenceTotal }]) => [
    key,
    {
      response: tf.tensor2d(response, responseMask.shape as [number, number]),
      sequenceTotal: tf.tensor2d(sequenceTotal, candidateMask.shape as [number, number]),
    },
  ]);
}

/** Tokens that run through the model for the attributions of these examples: each candidate with a prompt of its own. */
export const attributedTokens = (examples: readonly PreferenceExample[]): number =>
  examples.reduce(
    (sum, { prompt, candidates }) =>
      sum +
      candidates.reduce((length, candidate) => length + (candidate ? prompt.length + candidate.ids.length : 0), 0),
    0,
  );

/** Rows that exist, cut so that no stream is longer than the one in which these examples share their prompts. */
function chunksOf(rows: readonly Int32Array[], examples: readonly PreferenceExample[]): readonly (readonly number[])[] {
  const limit = examples.reduce((sum, example) => sum + streamLength(example), 0);
  const present = [...rows.keys()].filter((row) => rows[row]!.length > 0);
  return microBatches(present, limit, (row) => rows[row]!.length);
}

const emptyOf = (rows: number, width: number): Attribution => ({
  response: new Float32Array(rows * width),
  sequenceTotal: new Float32Array(rows),
});

function normOf(options: unknown): (gradient: tf.Tensor) => tf.Tensor {
  const { norm } = options as { readonly norm: string };
  const known = norms[norm];
  if (known) return known;
  throw new TokenwiseError("TW_E_UNSUPPORTED", `there is no norm "${norm}" of an input gradient`, {
    hint: `norms: ${Object.keys(norms).join(", ")}`,
  });
}
