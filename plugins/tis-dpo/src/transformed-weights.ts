import { tf, type PerToken, type View } from "@tokenwise/kit";
import type { Transform } from "./options.ts";
import { transformScores } from "./transforms.ts";

/**
 * Weights by a transform of the released code, [B, T]: of tokens that are text; end tokens weigh 1, padding 0. Scores are
 * rounded to two decimals, as the released code stores them; ties come of it. Random draws of a response depend on the seed
 * and on its tokens, not on what else is in the batch.
 */
export function transformedWeights(
  transform: Exclude<Transform, { readonly kind: "exponential" }>,
  ratio: PerToken,
  { batch, preferred, seed }: Pick<View, "batch" | "preferred" | "seed">,
): PerToken {
  const read = (tensor: tf.Tensor): Float32Array => tensor.dataSync<"float32">();
  const [ratios, ids, content] = [read(ratio), read(batch.responseIds), read(batch.contentMask)];
  const weights = Float32Array.from(read(batch.responseMask));
  const [, width] = ratio.shape as [number, number];
  /** FNV-1a over the seed and token ids. */
  const hash = (tokens: Iterable<number>): number =>
    [seed("weights"), ...tokens].reduce((sum, id) => Math.imul(sum ^ id, 16777619) >>> 0, 2166136261);
  read(preferred).forEach((isPreferred, row) => {
    const start = row * width;
    const end = start + content.subarray(start, start + width).reduce((sum, here) => sum + here, 0);
    const scores = Array.from(ratios.slice(start, end), (r) => (Math.round(100 * r) / 100) * (isPreferred ? 1 : -1));
    const drawn = ({ min, max }: { readonly min: number; readonly max: number }): Float32Array =>
      read(tf.randomUniform([width], min, max, "float32", hash(ids.slice(start, end)))).slice(0, end - start);
    weights.set(transform.kind === "random" ? drawn(transform) : transformScores(scores, transform), start);
  });
  return tf.tensor2d(weights, ratio.shape as [number, number]);
}
