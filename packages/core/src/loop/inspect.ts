/** `inspect`: what a method makes of each token of a few rows. */
import type { InspectedGroup } from "../step/inspect-batch.ts";
import { withMeasuringSession, type MeasureOptions } from "./measuring-session.ts";

export interface InspectOptions extends MeasureOptions {
  /** The first rows of the data; default: all. */
  readonly limit?: number;
}

/**
 * Weights, log-ratios, scores, β and losses of rows, with the method's states and trained tensors as they are before training.
 *
 * @throws TW_E_NO_REFERENCE  if the method compares with a reference and none is given.
 * @throws the coded errors of settings, data and planner.
 */
export const inspect = ({ limit, ...options }: InspectOptions): Promise<readonly InspectedGroup[]> =>
  withMeasuringSession(options, ({ session, language, examples }) =>
    session.inspect(examples.slice(0, limit), language.tokenizer),
  );
