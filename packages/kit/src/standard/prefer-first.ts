import { targetPolicy, type TargetPolicy } from "../contract/parts.ts";
import { tf } from "../tensorflow.ts";

/** 1 − smoothing on the first candidate that exists, the rest spread evenly over the others that do: label smoothing. */
export const preferFirst = ({ smoothing = 0 }: { readonly smoothing?: number } = {}): TargetPolicy =>
  targetPolicy({
    name: "prefer-first",
    options: { smoothing },
    targets({ batch: { prompts, groupSize, candidateMask } }) {
      const exists = candidateMask.dataSync();
      const rows = Array.from({ length: prompts }, (_, prompt) => {
        const mask = [...exists.slice(prompt * groupSize, (prompt + 1) * groupSize)];
        const [first, others] = [mask.indexOf(1), mask.reduce((sum, one) => sum + one, 0) - 1];
        if (others <= 0) return mask;
        return mask.map((one, index) => (index === first ? 1 - smoothing : (one * smoothing) / others));
      });
      return tf.tensor2d(rows, [prompts, groupSize]);
    },
  });
