import {
  callCount,
  callTensor,
  differentiate,
  partTitle,
  tf,
  type AuxiliaryLoss,
  type Objective,
  type PerCandidate,
  type PerPrompt,
  type TokenWeights,
} from "@tokenwise/kit";
import { lose, score, viewOf, weigh, type Context } from "./call.ts";
import { isCoupled } from "./parts.ts";
import { cut, type Step } from "./step.ts";

/** What one objective came to. */
export interface Objected {
  /** By micro-batch. */
  readonly scores: readonly PerCandidate[];
  readonly rewards: readonly PerCandidate[];
  /** weight · ω · ℓ, [P] of the whole step. */
  readonly losses: PerPrompt;
  /** ∂(Σ losses)/∂scores by micro-batch, if the loss is coupled. */
  readonly slopes: readonly PerCandidate[] | undefined;
}

export interface Forwarded {
  /** By micro-batch. */
  readonly weights: readonly TokenWeights[];
  readonly objected: readonly Objected[];
  readonly auxiliary: number;
}

/** Every objective and auxiliary loss, without gradients to the policy. */
export function forward(step: Step): Forwarded {
  const weights = step.contexts.map((context) => weigh(step.method, context));
  const scored = step.method.objectives.map((objective) =>
    step.contexts.map((context, index) => score(objective, weights[index]!, context)),
  );
  const auxiliaries = step.method.auxiliaries ?? [];
  return {
    weights,
    objected: step.method.objectives.map((objective, index) => {
      const scores = scored[index]!.map((each) => each.scores);
      return { scores, rewards: scored[index]!.map(({ reward }) => reward), ...lossesOf(objective, scores, step) };
    }),
    auxiliary: auxiliaries.reduce((total, part) => {
      const share = 1 / countOf(part, step);
      const sums = step.contexts.map((context, index) =>
        callTensor(`${partTitle("auxiliary", part.name)}: sum`, "", () =>
          part.sum(viewOf(part, context), weights[index]!),
        ),
      );
      return total + part.weight * share * sums.reduce((sum, each) => sum + each.dataSync()[0]!, 0);
    }, 0),
  };
}

function lossesOf(objective: Objective, scores: readonly PerCandidate[], step: Step) {
  const weighted = (s: PerCandidate, beta: PerPrompt, emphasis: PerPrompt, context: Context): PerPrompt =>
    tf.mul(tf.mul(objective.weight ?? 1, emphasis), lose(objective, s, beta, context));
  const { contexts, whole } = step;
  if (!isCoupled(objective.loss)) {
    const losses = scores.map((s, index) => weighted(s, step.beta[index]!, step.emphasis[index]!, contexts[index]!));
    return { losses: tf.concat(losses), slopes: undefined };
  }
  const [together, beta, emphasis] = [tf.concat([...scores]), tf.concat([...step.beta]), tf.concat([...step.emphasis])];
  const silent: Context = { ...whole, tell: () => undefined };
  const losses = weighted(together, beta, emphasis, whole); // first: what it reads is to outlive the gradient
  const { grads } = differentiate(() => tf.sum(weighted(together, beta, emphasis, silent)), [together]);
  return { losses, slopes: cut(grads[0] ?? tf.zerosLike(together), contexts) };
}

/** The count of an auxiliary loss over the whole step. */
export function countOf(part: AuxiliaryLoss, { contexts }: Step): number {
  const counts = contexts.map((context) => callCount(part.name, () => part.count(viewOf(part, context))));
  return counts.reduce((sum, count) => sum + count, 0);
}
