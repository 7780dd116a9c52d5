/** Calls each kind of part: gives it its view, checks the shapes that it hands over, takes in what it reports. */
import {
  callPart,
  expectShape,
  noGrad,
  partTitle,
  tf,
  type BetaController,
  type Objective,
  type PerCandidate,
  type PerPrompt,
  type PromptWeighter,
  type Report,
  type Shape,
  type TokenWeights,
} from "@tokenwise/kit";
import type { PlannedPart } from "../plan/parts.ts";
import { plannedPart } from "../plan/plan.ts";
import type { Tally } from "./tally.ts";
import { viewOf, type ViewContext } from "./view.ts";

/** A view context and the sums that reports go to. */
export interface Call extends ViewContext {
  readonly tally: Tally;
}

/** w and v, [B, T]; ones where the method does not say. */
export function weigh(call: Call): TokenWeights {
  const { weighter } = call.runtime.plan.method;
  const ones = tf.onesLike(call.batch.responseMask);
  if (!weighter) return { reward: ones, divergence: ones };
  const planned = plannedPart(call.runtime.plan, weighter);
  const given = callPart("weighter", planned.id, () => weighter.weigh(viewOf(planned, call)));
  report(planned, given, call);
  const checked = (name: keyof TokenWeights) =>
    expectShape(given[name] ?? ones, call.batch.responseMask.shape, `${partTitle("weighter", planned.id)}: ${name}`);
  return { reward: checked("reward"), divergence: checked("divergence") };
}

/** s [P, G], and the reward that is logged. */
export function score(
  { scorer }: Objective,
  weights: TokenWeights,
  call: Call,
): { score: PerCandidate; reward: PerCandidate } {
  const planned = plannedPart(call.runtime.plan, scorer);
  const given = callPart("scorer", planned.id, () => scorer.score(viewOf(planned, call), weights));
  report(planned, given, call);
  const shape = call.batch.candidateMask.shape;
  return {
    score: expectShape(given.score, shape, `${partTitle("scorer", planned.id)}: score`),
    reward: expectShape(given.reward ?? given.score, shape, `${partTitle("scorer", planned.id)}: reward`),
  };
}

/** β [P], a constant. */
export function control(controller: BetaController, call: Call): PerPrompt {
  const planned = plannedPart(call.runtime.plan, controller);
  const given = callPart("beta", planned.id, () => noGrad(() => controller.control(viewOf(planned, call))));
  report(planned, given, call);
  if (typeof given.beta === "number") return tf.fill([call.batch.prompts], given.beta);
  return expectShape(given.beta, [call.batch.prompts], `${partTitle("beta", planned.id)}: beta`);
}

/** ω [P], a constant. */
export function emphasize(emphasis: PromptWeighter | undefined, call: Call): PerPrompt {
  if (!emphasis) return tf.ones([call.batch.prompts]);
  const planned = plannedPart(call.runtime.plan, emphasis);
  const given = callPart("emphasis", planned.id, () => noGrad(() => emphasis.emphasize(viewOf(planned, call))));
  report(planned, given, call);
  return expectShape(given.weight, [call.batch.prompts], `${partTitle("emphasis", planned.id)}: weight`);
}

/** ℓ [P]. */
export function lose({ loss }: Objective, scores: PerCandidate, beta: PerPrompt, call: Call): PerPrompt {
  const planned = plannedPart(call.runtime.plan, loss);
  const given = callPart("loss", planned.id, () => loss.loss(viewOf(planned, call), { scores, beta }));
  report(planned, given, call);
  return expectShape(given.loss, [call.batch.prompts], `${partTitle("loss", planned.id)}: loss`);
}

function report(planned: PlannedPart, given: Report<Shape>, { tally, batch }: Call): void {
  tally.report(planned, given, batch.candidateMask);
}
