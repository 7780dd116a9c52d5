import type { Interval } from "../world/interval.ts";
import type { Bound } from "./ceiling.ts";

export interface Compared {
  readonly name: string;
  readonly reward: Interval;
  readonly ceiling: Bound;
}

/**
 * Those that are significantly better than what their KL allows: the lower end of the reward's interval is above the upper end of the
 * ceiling's. No policy can be; such a result is a bug in what measures the reward, the KL or the ceiling.
 */
export const aboveCeiling = <Row extends Compared>(rows: readonly Row[]): readonly Row[] =>
  rows.filter(({ reward, ceiling }) => reward.low > ceiling.reward + ceiling.halfWidth);
