import { targetPolicy, type TargetPolicy } from "../contract/parts.ts";
import { softmaxOver } from "../numerics/groups.ts";
import { tf } from "../tensorflow.ts";
import { sequenceSum, tokenLogProb } from "./log-probs.ts";

/** q = softmax(log π_ref(y) / temperature) over the candidates that exist: the reference is the teacher. */
export const teacherTargets = ({ temperature = 1 }: { readonly temperature?: number } = {}): TargetPolicy =>
  targetPolicy({
    name: "teacher-targets",
    soft: true,
    options: { temperature },
    needs: { teacher: sequenceSum(tokenLogProb("reference")) },
    targets: ({ batch, read }) => softmaxOver(tf.div(read.teacher, temperature), batch.candidateMask),
  });
