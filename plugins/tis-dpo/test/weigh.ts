import { importanceWeights } from "../src/index.ts";
import { tf, type PreferenceBatch } from "@tokenwise/kit";
import { batchOf, tokenTable } from "@tokenwise/testkit";

export type WeightOptions = NonNullable<Parameters<typeof importanceWeights>[0]>;

/** Scores of chosen and rejected responses; each response has an end token more than scores. */
export type Scores = readonly (readonly [chosen: readonly number[], rejected: readonly number[]])[];

export const pairsOf = (scores: Scores): PreferenceBatch =>
  batchOf(
    scores.map((pair, row) =>
      pair.map((side, index) => ({ promptLength: 1, response: [...side.map((_, at) => 5 + row + index + at), 2] })),
    ),
  );

/** The weights of the part for log-ratios by pair and side, as lists over the tokens of each response, end token included. */
export function weigh(
  options: WeightOptions,
  ratios: Scores,
  { padding = 7.5, seed = 1, more = 0 } = {},
): number[][][] {
  const batch = widened(pairsOf(ratios), more);
  const width = batch.responseMask.shape[1]!;
  const ratio = tokenTable(ratios.flat(), width, padding);
  const preferred = tf.tensor2d(ratios.map(() => [1, 0]));
  const { reward, divergence } = importanceWeights(options).weigh({
    batch,
    read: { ratio },
    preferred,
    seed: () => seed,
  } as never);
  const [values, same] = [reward!.arraySync() as number[][], divergence!.arraySync()];
  if (JSON.stringify(values) !== JSON.stringify(same)) throw new Error("log-ratio and divergence weigh differently");
  return ratios.map((pair, row) => pair.map((side, index) => values[2 * row + index]!.slice(0, side.length + 1)));
}

function widened(batch: PreferenceBatch, more: number): PreferenceBatch {
  const wide = <T extends tf.Tensor>(tensor: T): T => tf.pad(tensor, [[0, 0], [0, more]]); // prettier-ignore
  return {
    ...batch,
    responseIds: wide(batch.responseIds),
    responseMask: wide(batch.responseMask),
    contentMask: wide(batch.contentMask),
  };
}
