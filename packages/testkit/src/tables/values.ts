/** What no model computes in a table: columns, rewards, captures, attributions. */
import { stableJson, tf, TokenwiseError, type CaptureRequest, type DataRequest } from "@tokenwise/kit";
import { dimensions, type Layout, type Row } from "./layout.ts";
import { normalAt, uniformAt, type Place } from "./random.ts";

/** A column or the rewards, of the axes of the request. */
export function dataOf({ name, options, axes }: DataRequest, layout: Layout, positive: boolean): tf.Tensor {
  const { seed, groups, groupSize } = layout;
  const key = `${name} ${stableJson(options)}`;
  const number = (...place: Place): number => {
    const value = normalAt(seed, key, ...place);
    return positive ? 0.5 + Math.abs(value) : value;
  };
  if (axes === "B,T") return tf.tensor2d(layout.perToken((row, token) => layout.at(row, token, number)));
  if (axes === "P") return tf.tensor1d(groups.map(({ prompt }) => number(prompt)));
  if (name !== "rewards") return layout.perCandidate(({ prompt, candidate }) => number(prompt, candidate));
  // Of a pair the first is preferred, so its reward is the larger one.
  const head = (candidate: number): number => (groupSize === 2 ? 1.5 * (1 - candidate) : 0);
  return layout.perCandidate(({ prompt, candidate }) => head(candidate) + uniformAt(seed, key, prompt, candidate));
}

/** Captured tensors: hidden states [L, B, T, D], activations [K, B, T] by type, which a step of positive columns has positive too. */
export function captureOf({ name, options }: CaptureRequest, layout: Layout, positive: boolean): unknown {
  const { model, layers, types, of } = options as Readonly<Record<string, unknown>>;
  const tokens = (key: string, count: number, depth: number): number[][][][] =>
    Array.from({ length: count }, (_, k) =>
      layout.perToken((row, token) =>
        Array.from({ length: depth }, (_, d) =>
          layout.at(row, token, (...place) => normalAt(layout.seed, name, key, k, ...place), d),
        ),
      ),
    );
  if (name === "hidden-states") {
    const count = layers === "all" ? dimensions.layers + 1 : (layers as readonly number[]).length;
    return tf.tensor4d(tokens(model as string, count, dimensions.width));
  }
  if (name === "activations") {
    const mean = (type: string): tf.Tensor => {
      const means = tf.squeeze(tf.tensor4d(tokens(`${model as string} ${type}`, dimensions.layers, 1)), [3]);
      if (of === "sigmoid") return tf.sigmoid(means);
      return positive ? tf.add(0.5, tf.abs(means)) : means;
    };
    return Object.fromEntries((types as readonly string[]).map((type) => [type, mean(type)]));
  }
  throw new TokenwiseError("TW_E_UNSUPPORTED", `the test kit has no tables of the capture "${name}"`, {
    hint: "hidden states and activations are given; attention serves annotators",
  });
}

/** Norms of gradients at the input: of response tokens [B, T], and over prompt and response [P, G]. */
export function attributionOf(layout: Layout): { readonly response: tf.Tensor; readonly sequenceTotal: tf.Tensor } {
  const { seed } = layout;
  const norm = (row: Row, token: number): number =>
    Math.abs(layout.at(row, token, (...place) => normalAt(seed, "attribution", ...place)));
  const total = (row: Row): number =>
    Array.from({ length: row.shape?.length ?? 0 }, (_, token) => norm(row, token)).reduce(
      (sum, value) => sum + value,
      1 + uniformAt(seed, "prompt", row.prompt, row.candidate),
    );
  return { response: tf.tensor2d(layout.perToken(norm)), sequenceTotal: layout.perCandidate(total) };
}
