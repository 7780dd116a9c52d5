/** How a case of trained steps is run, and what of it is compared. */
import type { InspectedGroup, Session } from "@tokenwise/core";
import type { Json, Method, tf } from "@tokenwise/kit";
import type { Findings } from "../check/findings.ts";
import type { Fields } from "../read/case.ts";

export interface Run {
  readonly method: Method;
  /** Columns of the data by name, by row of the file. */
  readonly columns?: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** Fields of a step beside our metrics: means over pairs. */
  readonly metrics: Readonly<Record<string, string>>;
  /** The loss is the mean of the pairs' losses, with nothing beside it. */
  readonly lossIsMean?: boolean;
  /** Sets what the case gives of the parts' own parameters. */
  readonly begin?: (session: Session) => void;
  /** The parts' own parameters under the names of the case. */
  readonly parts?: (session: Session) => ReadonlyMap<string, tf.Tensor>;
  /** The reference is moved by hand in the order of the released code. */
  readonly anchorDecay?: number;
  readonly note?: string;
  /** Responses that are given in place of the policy's samples, by row. */
  readonly samples?: readonly (readonly number[])[];
  readonly beforeStep?: (
    findings: Findings,
    field: string,
    expected: Fields,
    inspected: () => Promise<readonly InspectedGroup[]>,
  ) => Promise<void>;
  readonly afterStep?: (
    findings: Findings,
    field: string,
    expected: Fields,
    states: { readonly before: ReadonlyMap<string, Json>; readonly after: ReadonlyMap<string, Json> },
  ) => void;
}

export const perPair = {
  rewardsChosen: "rewards/chosen",
  rewardsRejected: "rewards/rejected",
  rewardAccuracy: "rewards/accuracies",
  policyLogProbChosen: "logps/chosen",
};
