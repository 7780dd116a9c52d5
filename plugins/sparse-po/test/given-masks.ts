/** Masks that a golden case gives, as a weighter whose masks are its parameters: so their gradients can be read. */
import { tf, weighter, type TokenWeighter, type TokenWeights } from "@tokenwise/kit";
import { pairOrder, tokenTable, type GoldenPairs } from "@tokenwise/testkit";

export type Side = keyof TokenWeights;
export type Rows = readonly (readonly number[])[];

export interface MaskCase {
  readonly options: {
    readonly beta: number;
    readonly maskOnReward: boolean;
    readonly maskOnKl: boolean;
    readonly commonMask: boolean;
    readonly lambdaU: number;
    readonly lambdaD: number;
  };
  readonly masks: Readonly<Record<Side, Rows | null | "same as reward">>;
}

/** Rows of the file as a table in the order of the batch, with what must not matter beyond them. */
export const padded = (rows: Rows, given: GoldenPairs, padding = 3.5): tf.Tensor =>
  tokenTable(
    pairOrder(given.pairs).map((row) => rows[row]!),
    Math.max(...given.rows.map(({ response }) => response.length)),
    padding,
  );

/** `options.masks` of the method. */
export function masksOf({ options: { commonMask, maskOnReward, maskOnKl } }: MaskCase) {
  if (maskOnReward && maskOnKl) return commonMask ? "common" : "independent";
  return maskOnReward ? "reward" : "divergence";
}

export function givenMasks(each: MaskCase, given: GoldenPairs): TokenWeighter {
  const name = "masks";
  const of = (side: Side) => ({ init: () => padded(each.masks[side] as Rows, given) });
  switch (masksOf(each)) {
    case "common":
      return weighter({
        name,
        parameters: { reward: of("reward") },
        weigh: ({ parameters: { reward } }) => ({ reward, divergence: reward }),
      });
    case "independent":
      return weighter({
        name,
        parameters: { reward: of("reward"), divergence: of("divergence") },
        weigh: ({ parameters: { reward, divergence } }) => ({ reward, divergence }),
      });
    case "reward":
      return weighter({
        name,
        parameters: { reward: of("reward") },
        weigh: ({ parameters: { reward } }) => ({ reward }),
      });
    case "divergence":
      return weighter({
        name,
        parameters: { divergence: of("divergence") },
        weigh: ({ parameters: { divergence } }) => ({ divergence }),
      });
  }
}
