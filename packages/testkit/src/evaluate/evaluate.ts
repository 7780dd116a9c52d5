/**
 * A step of a method on given logits: loss, scores, gradients, state. Written to be read and to be right, as what a
 * trainer can be compared with: no chunks, no packing, no models.
 */
import { overCandidates, tf, type Json, type Method, type Part, type TokenWeights } from "@tokenwise/kit";
import type { Given } from "./given.ts";
import { backward, type Gradients } from "./gradients.ts";
import { forward } from "./losses.ts";
import type { Moment } from "./moment.ts";
import { partsOf } from "./parts.ts";
import { Reports } from "./reports.ts";
import { prepare } from "./step.ts";

export interface Evaluation {
  readonly loss: number;
  /** Σ over objectives of weight · ω · ℓ, by prompt. */
  readonly losses: readonly number[];
  /** s of the first objective, and β times the reward that it logs: by prompt and candidate. */
  readonly scores: readonly (readonly number[])[];
  readonly rewards: readonly (readonly number[])[];
  /** By prompt. */
  readonly beta: readonly number[];
  readonly emphasis: readonly number[];
  /** By row, within the response. */
  readonly weights: { readonly [K in keyof TokenWeights]: readonly (readonly number[])[] };
  /** By prompt and candidate. */
  readonly targets: readonly (readonly number[])[];
  /** By `part/metric`, per prompt or per candidate. */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
  signalsOf(part: Part): Readonly<Record<string, readonly number[]>>;
  /** Of the loss. Their tensors are the caller's. */
  readonly gradients: Gradients;
  /** After the step. */
  readonly states: ReadonlyMap<Part, Json>;
}

/** Evaluates a method over the micro-batches of one optimizer step. */
export function evaluate(method: Method, micro: readonly Given[], moment: Moment = {}): Evaluation {
  const reports = new Reports();
  const result = tf.tidy(() => {
    const step = prepare(method, micro, moment, reports);
    const { objected, auxiliary, weights } = forward(step);
    const [first] = objected;
    const beta = tf.concat([...step.beta]);
    const losses = objected.reduce((sum, each) => tf.add(sum, each.losses), tf.zerosLike(beta));
    const nested = (tensors: readonly tf.Tensor[] | undefined, scale: tf.Tensor) =>
      tensors ? (tf.mul(scale, tf.concat([...tensors])).arraySync() as number[][]) : [];
    return {
      loss: tf.mean(losses).dataSync()[0]! + auxiliary,
      losses: [...losses.dataSync()],
      scores: nested(first?.scores, tf.scalar(1)),
      rewards: nested(first?.rewards, overCandidates(beta)),
      beta: [...beta.dataSync()],
      emphasis: step.emphasis.flatMap((each) => [...each.dataSync()]),
      weights: { reward: rowsOf(weights, "reward", micro), divergence: rowsOf(weights, "divergence", micro) },
      targets: step.whole.targets.arraySync() as number[][],
      gradients: { ...backward(step, objected) },
    };
  });
  return {
    ...result,
    metrics: reports.metrics,
    signalsOf: (part) => reports.signalsOf(part),
    states: reports.statesAfter(partsOf(method), moment),
  };
}

/** Values of rows as far as their responses go. */
function rowsOf(weights: readonly TokenWeights[], name: keyof TokenWeights, micro: readonly Given[]): number[][] {
  return micro.flatMap(({ batch }, index) => {
    const masks = batch.responseMask.arraySync() as number[][];
    const rows = weights[index]![name].arraySync() as number[][];
    return rows.map((row, at) => row.filter((_, token) => masks[at]![token] === 1));
  });
}

/** The loss of a step alone, without gradients or states: mean over the prompts in 64 bits. */
export function lossOf(method: Method, micro: readonly Given[], moment: Moment = {}): number {
  return tf.tidy(() => {
    const step = prepare(method, micro, moment, new Reports());
    const { objected, auxiliary } = forward(step);
    const perObjective = objected.map(({ losses }) => [...losses.dataSync()].reduce((sum, loss) => sum + loss, 0));
    return perObjective.reduce((sum, losses) => sum + losses / step.prompts, auxiliary);
  });
}
