import type { Interval } from "../statistics/interval.ts";
import type { Bound } from "./ceiling.ts";

export interface Compared {
  readonly reward: Interval;
  /** Of the reward at the KL of the row. */
  readonly ceiling: Bound;
}

/**
 * Those that are significantly better than what their KL allows: the lower end of the reward's interval is above the upper end of the
 * ceiling's. No policy can be; such a result is a bug in what measures the reward, the KL or the ceiling.
 *
 * @param options.flip The ceiling is a floor: what the turned reward allows.
 */
export const aboveCeiling = <Row extends Compared>(
  rows: readonly Row[],
  { flip }: { readonly flip: boolean },
): readonly Row[] =>
  rows.filter(({ reward, ceiling }) =>
    flip ? reward.high < ceiling.reward - ceiling.halfWidth : reward.low > ceiling.reward + ceiling.halfWidth,
  );
