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
  const [ratios, ids, content] = [ratio, batch.responseIds, batch.contentMask].map((each) =>
    each.dataSync<"float32">(),
  );
  const weights = Float32Array.from(batch.responseMask.dataSync());
  const width = ratio.shape[1]!;
  preferred.dataSync().forEach((isPreferred, row) => {
    const start = row * width;
    const end = start + content!.subarray(start, start + width).reduce((sum, here) => sum + here, 0);
    const scores = Array.from(ratios!.slice(start, end), (r) => (Math.round(100 * r) / 100) * (isPreferred ? 1 : -1));
    const drawn = (min: number, max: number): ArrayLike<number> =>
      end === start
        ? []
        : tf.randomUniform([end - start], min, max, "float32", draw(ids!.slice(start, end))).dataSync();
    weights.set(
      transform.kind === "random" ? drawn(transform.min, transform.max) : transformScores(scores, transform),
      start,
    );
  });
  /** FNV-1a over the seed and token ids. */
  function draw(tokens: Iterable<number>): number {
    return [seed("weights"), ...tokens].reduce((hash, id) => Math.imul(hash ^ id, 16777619) >>> 0, 2166136261);
  }
  return tf.tensor2d(weights, ratio.shape as [number, number]);
}
