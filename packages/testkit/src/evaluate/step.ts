import { tf, type Method, type PerPrompt } from "@tokenwise/kit";
import { contextOf, control, emphasize, type Context } from "./call.ts";
import { concatBatches, type Given } from "./given.ts";
import { namedParameters, type Moment } from "./moment.ts";
import { isCoupled, partsOf } from "./parts.ts";
import type { Reports } from "./reports.ts";

/** An optimizer step before its losses: views of every micro-batch, and the constants β and ω. */
export interface Step {
  readonly method: Method;
  readonly micro: readonly Given[];
  readonly moment: Moment;
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  readonly contexts: readonly Context[];
  /** All prompts of the step, for coupled parts. */
  readonly whole: Context;
  /** Prompts of the step, P. */
  readonly prompts: number;
  /** [P] of each micro-batch. */
  readonly beta: readonly PerPrompt[];
  readonly emphasis: readonly PerPrompt[];
}

export function prepare(method: Method, micro: readonly Given[], moment: Moment, { tell }: Reports): Step {
  const parameters = namedParameters(partsOf(method), moment);
  const contexts = micro.map((given) => contextOf(method, given, { moment, parameters, tell }));
  const whole = gather(contexts);
  const constant = (part: { coupling?: "batch" } | undefined, decide: (context: Context) => PerPrompt) =>
    isCoupled(part) ? cut(decide(whole), contexts) : contexts.map(decide);
  return {
    method,
    micro,
    moment,
    parameters,
    contexts,
    whole,
    prompts: whole.batch.prompts,
    beta: constant(method.beta, (context) => control(method, context)),
    emphasis: constant(method.emphasis, (context) => emphasize(method, context)),
  };
}

/** The micro-batches as one: quantities per candidate or per prompt are gathered when they are read. */
function gather(contexts: readonly Context[]): Context {
  const [first] = contexts;
  if (!first) throw new Error("a step has at least one micro-batch");
  return {
    ...first,
    batch: concatBatches(contexts.map(({ batch }) => batch)),
    targets: tf.concat(contexts.map(({ targets }) => targets)),
    preferred: tf.concat(contexts.map(({ preferred }) => preferred)),
    read(request) {
      if (!("axes" in request) || request.axes === "B,T")
        throw new Error(`"${request.name}" is not per candidate or per prompt: a coupled part cannot read it`);
      return tf.concat(contexts.map(({ read }) => read(request) as tf.Tensor));
    },
  };
}

/** Values of the whole step, [P] or [P, G], by micro-batch. */
export const cut = <T extends tf.Tensor>(values: T, contexts: readonly Context[]): T[] =>
  tf.split<T>(
    values,
    contexts.map(({ batch }) => batch.prompts),
  );
