/**
 * Parts that need the whole step before them. First every micro-batch runs without a tape and gives what they read,
 * per candidate or per prompt; they are called once with all of it; then each micro-batch runs backward with its share.
 */
import { differentiate, requestKey, tf, type PerCandidate, type PerPrompt, type Request } from "@tokenwise/kit";
import { declared } from "../plan/requests.ts";
import { assemble, longestResponse, preferenceBatch } from "./assemble.ts";
import { control, emphasize, lose, score, weigh, type Call } from "./call-parts.ts";
import { countLoss, type StepTotals } from "./method-pass.ts";
import { scoringOnly, type Prepared } from "./prepare.ts";
import { callFor } from "./run-step.ts";
import type { Moment, Runtime } from "./runtime.ts";
import { Tally } from "./tally.ts";

export interface DecidedTogether {
  readonly beta: PerPrompt | undefined;
  readonly emphasis: PerPrompt | undefined;
  readonly scoreGradients: ReadonlyMap<number, PerCandidate>;
  dispose(): void;
}

/** Calls the coupled parts of the method with the whole step, and what they depend on. */
export function decideTogether(
  runtime: Runtime,
  batches: readonly Prepared[],
  totals: StepTotals,
  moment: Moment,
  tally: Tally,
): DecidedTogether {
  const { method } = runtime.plan;
  const isCoupled = ({ coupling }: { readonly coupling?: "batch" }): boolean => coupling === "batch";
  const anyLoss = method.objectives.some(({ loss }) => isCoupled(loss));
  const decided = tf.tidy(() => {
    const gathered = gather(runtime, batches, moment);
    const call: Call = { ...gathered.call, tally };
    // A coupled loss needs every β, whoever decides it; one that is not coupled has been asked per micro-batch.
    const beta = isCoupled(method.beta) ? control(method.beta, call) : anyLoss ? gathered.beta : undefined;
    const coupledEmphasis = method.emphasis && isCoupled(method.emphasis);
    const emphasis = coupledEmphasis ? emphasize(method.emphasis, call) : anyLoss ? gathered.emphasis : undefined;
    const gradients = method.objectives.map((objective, index) => {
      if (!isCoupled(objective.loss) || !beta || !emphasis) return undefined;
      const scores = gathered.scores[index]!;
      const weighted = (): tf.Scalar => {
        const scale: PerPrompt = tf.mul(objective.weight ?? 1, emphasis);
        const losses: PerPrompt = tf.mul(scale, lose(objective, scores, beta, call));
        const examples = batches.flatMap((batch) => batch.examples);
        const made = { scores: gathered.scores, beta, emphasis };
        countLoss(losses, { examples, loss: objective.loss, made }, totals, call);
        return tf.div(tf.sum(losses), totals.prompts);
      };
      return differentiate(weighted, [scores]).grads[0] ?? tf.zerosLike(scores);
    });
    // Keys of tidy's result must be plain containers, or it would dispose what they hold.
    return {
      beta: isCoupled(method.beta) ? beta : undefined,
      emphasis: coupledEmphasis ? emphasis : undefined,
      gradients,
    };
  });
  const scoreGradients = new Map(
    decided.gradients.flatMap((gradient, index) => (gradient ? [[index, gradient] as const] : [])),
  );
  return {
    beta: decided.beta,
    emphasis: decided.emphasis,
    scoreGradients,
    dispose: () =>
      tf.dispose([decided.beta, decided.emphasis, ...scoreGradients.values()].filter((x) => x !== undefined)),
  };
}

/** Every micro-batch without a tape; scores, β, ω and the coupled parts' needs for all prompts of the step. */
function gather(runtime: Runtime, batches: readonly Prepared[], moment: Moment) {
  const { plan } = runtime;
  const needs = plan.parts.filter(({ coupled }) => coupled).flatMap(({ part }) => declared(part.needs));
  const keyed = new Map<string, Request>(needs.map((need) => [requestKey(need), need]));
  const unread = new Tally(); // these parts are called again on the tape, and report then
  const gathered = batches.map((batch) => {
    const call = callFor(runtime, scoringOnly(batch), assemble(batch.examples), moment, unread);
    const weights = weigh(call);
    const ask = <T>(part: { readonly coupling?: "batch" } | undefined, f: () => T): T | undefined =>
      part?.coupling === "batch" ? undefined : f();
    return {
      call,
      scores: plan.method.objectives.map((objective) => score(objective, weights, call).score),
      beta: ask(plan.method.beta, () => control(plan.method.beta, call)),
      emphasis: ask(plan.method.emphasis, () => emphasize(plan.method.emphasis, call)),
      needs: [...keyed.keys()].map((key) => call.quantities.get(key) as tf.Tensor),
    };
  });
  const together = <T extends tf.Tensor>(tensors: readonly (T | undefined)[]): T =>
    tf.concat<T>(
      tensors.filter((x) => x !== undefined),
      0,
    );
  const examples = batches.flatMap((batch) => batch.examples);
  const first = gathered[0]!;
  return {
    call: {
      runtime,
      moment,
      batch: preferenceBatch(examples, longestResponse(examples)),
      samples: new Map(),
      quantities: new Map([...keyed.keys()].map((key, index) => [key, together(gathered.map((g) => g.needs[index]))])),
      targets: together(gathered.map(({ call }) => call.targets)),
      preferred: together(gathered.map(({ call }) => call.preferred)),
    },
    scores: plan.method.objectives.map((_, index) => together(gathered.map(({ scores }) => scores[index]))),
    beta: first.beta && together(gathered.map(({ beta }) => beta)),
    emphasis: first.emphasis && together(gathered.map(({ emphasis }) => emphasis)),
  };
}
