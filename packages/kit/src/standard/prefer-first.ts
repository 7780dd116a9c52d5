import { targetPolicy, type TargetPolicy } from "../contract/parts.ts";
import { tf } from "../tensorflow.ts";

/** 1 − smoothing on the first candidate, the rest spread evenly over the others: label smoothing. */
export const preferFirst = ({ smoothing = 0 }: { readonly smoothing?: number } = {}): TargetPolicy =>
  targetPolicy({
    name: "prefer-first",
    options: { smoothing },
    targets({ batch: { prompts, groupSize } }) {
      const others = Array<number>(groupSize - 1).fill(smoothing / (groupSize - 1));
      return tf.tile(tf.tensor2d([[groupSize === 1 ? 1 : 1 - smoothing, ...others]]), [prompts, 1]);
    },
  });
