import { tf } from "@tokenwise/kit";
import { runOperation, type Operation } from "../fused.ts";

/**
 * Wasm's softmax kernel is ten times faster than its exp, so a log-sum-exp is best had from it: max x − log max softmax x. But it sums a row
 * in single precision, which over a vocabulary of 50,000 loses 3e-5 of the mass. Blocks of this length at most are summed well enough.
 */
const LONGEST_BLOCK = 512;

function blockLength(columns: number): number {
  for (let length = Math.min(columns, LONGEST_BLOCK); length > 16; length--) if (columns % length === 0) return length;
  return columns;
}

/** [log softmax, softmax] of x [n,V] by wasm's softmax of blocks [n·V/b, b]. */
function inBlocks(x: tf.Tensor): readonly [tf.Tensor, tf.Tensor] {
  const [rows, columns] = x.shape as [number, number];
  const length = blockLength(columns);
  const blocks = tf.reshape(x, [-1, length]);
  const within = tf.softmax(blocks);
  const blockSums = tf.reshape(tf.sub(tf.max(blocks, -1), tf.log(tf.max(within, -1))), [rows, columns / length]);
  const logSumExp = tf.logSumExp(blockSums, -1, true);
  const shares = tf.reshape(tf.exp(tf.sub(blockSums, logSumExp)), [-1, 1]);
  return [tf.sub(x, logSumExp), tf.reshape(tf.mul(within, shares), x.shape)];
}

function whole(x: tf.Tensor): readonly [tf.Tensor, tf.Tensor] {
  const logProbs = tf.sub(x, tf.logSumExp(x, -1, true));
  return [logProbs, tf.exp(logProbs)];
}

/** Kernel FusedLogSoftmax: input x [n,V]; no attributes; keeps nothing. The composite's extra is the softmax. */
const operation: Operation<Record<never, never>> = {
  kernel: "FusedLogSoftmax",
  inputs: ["x"],
  keeps: [],
  forward: ({ x }) => (tf.getBackend() === "wasm" ? inBlocks : whole)(x!),
  backward: ({ dy }, [probabilities]) => [tf.sub(dy!, tf.mul(probabilities!, tf.sum(dy!, -1, true)))],
};

/** Log-probabilities of logits [n,V], in nats. */
export const logSoftmax = (logits: tf.Tensor): tf.Tensor => runOperation(operation, { x: logits }, {}, {});
