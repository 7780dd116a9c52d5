/** `inspect`: what a method makes of each token of a few rows. */
import { TokenwiseError } from "@tokenwise/kit";
import type { Plan } from "../plan/plan.ts";
import type { InspectedGroup } from "../step/inspect-batch.ts";
import { withMeasuringSession, type MeasureOptions } from "./measuring-session.ts";

export interface InspectOptions extends MeasureOptions {
  /** The first row that is looked at, from 1 in the order of the rows that were kept; default 1. */
  readonly row?: number;
  /** How many; default: all that follow. */
  readonly count?: number;
}

export interface Inspection {
  /** What the trainer would do for the method. */
  readonly plan: Plan;
  readonly groups: readonly InspectedGroup[];
}

/**
 * Weights, log-ratios, scores, β and losses of rows, with the states and trained tensors of parts that lie beside the model, else those before training.
 *
 * @throws TW_E_NO_ROW        if there are fewer rows.
 * @throws TW_E_NO_REFERENCE  if the method compares with a reference and none is given.
 * @throws the coded errors of settings, data and planner.
 */
export const inspect = ({ row = 1, count, ...options }: InspectOptions): Promise<Inspection> =>
  withMeasuringSession(
    options,
    async ({ session, language, examples }) => ({
      plan: session.plan,
      groups: await session.inspect(examples, language.tokenizer),
    }),
    (examples) => {
      const selected = examples.slice(row - 1, count === undefined ? undefined : row - 1 + count);
      if (selected.length > 0) return selected;
      throw new TokenwiseError("TW_E_NO_ROW", `there is no row ${row}: the data have ${examples.length} rows`, {
        hint: "rows count from 1, without those that were dropped",
      });
    },
  );
