/**
 * A step of a method on given logits: loss, scores, gradients, state. Written to be read and to be right, as what the
 * trainer is compared with: no chunks, no packing, no models.
 */
import { noGrad, tf, type Json, type Method, type Part, type PerCandidate, type PerPrompt } from "@tokenwise/kit";
import { contextOf, control, emphasize, lose, score, weigh, type Context } from "./call.ts";
import { concatBatches, withPolicyLogits, type Given } from "./given.ts";
import { namedParameters, type Moment } from "./moment.ts";
import { isCoupled, partsOf } from "./parts.ts";
import { readAll } from "./read.ts";
import { Reports } from "./reports.ts";

export interface Evaluation {
  readonly loss: number;
  /** Σ objectives weight · ω · ℓ per prompt, over all micro-batches. */
  readonly losses: readonly number[];
  /** s of the first objective, and β times what it logs as reward: by prompt and candidate. */
  readonly scores: readonly (readonly number[])[];
  readonly rewards: readonly (readonly number[])[];
  readonly beta: readonly number[];
  readonly emphasis: readonly number[];
  /** By `part/metric`, per prompt or per candidate. */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
  readonly signalsOf: (part: Part) => Readonly<Record<string, readonly number[]>>;
  /** ∂loss/∂(policy logits) of each micro-batch, [B, T, V]; empty where no policy logits are given. */
  readonly gradients: readonly tf.Tensor[];
  /** ∂loss/∂parameter by `part/path`, over the step. */
  readonly parameterGradients: Readonly<Record<string, tf.Tensor>>;
  readonly states: ReadonlyMap<Part, Json>;
}

/** Evaluates a method over the micro-batches of one optimizer step. */
export function evaluate(method: Method, micro: readonly Given[], moment: Moment = {}): Evaluation {
  const reports = new Reports();
  const values = tf.tidy(() => {
    const parts = partsOf(method);
    const parameters = namedParameters(parts, moment);
    const own = { moment, parameters, tell: reports.tell };
    const contexts = micro.map((given) => contextOf(method, given, own));
    const whole = gathered(method, contexts, own);
    const [beta, emphasis] = [
      isCoupled(method.beta) ? control(method, whole) : tf.concat(contexts.map((each) => control(method, each))),
      isCoupled(method.emphasis) ? emphasize(method, whole) : tf.concat(contexts.map((each) => emphasize(method, each))),
    ] as [PerPrompt, PerPrompt];
    const forward = contexts.map((context) => {
      const weights = weigh(method, context);
      return method.objectives.map((objective) => score(objective, weights, context));
    });
    const gather = (objective: number, name: "scores" | "reward") =>
      tf.concat(forward.map((each) => (each[objective] as (typeof each)[number])[name])) as PerCandidate;
    const objectives = method.objectives.map((objective, index) => {
      const weighted = (scores: PerCandidate): PerPrompt =>
        tf.mul(tf.mul(objective.weight ?? 1, emphasis), lose(objective, scores, beta, whole));
      const scores = gather(index, "scores");
      // A loss that is not coupled reads of its own prompts alone: it, too, is called with the whole step here.
      return {
        losses: weighted(scores),
        slope: isCoupled(objective.loss) ? tf.grad((s) => tf.sum(weighted(s)))(scores) : undefined,
      };
    });
    const losses = objectives.reduce<PerPrompt>((sum, each) => tf.add(sum, each.losses), tf.zerosLike(beta));
    const [first] = method.objectives;
    return { whole, beta, emphasis, losses, objectives, scores: first && gather(0, "scores"), rewards: first && gather(0, "reward") };
  });
  throw new Error("unfinished");
}
