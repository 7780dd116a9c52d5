/** Where a loss is not finite: the first of what it is made of that is not. It is looked for then, and not in steps that go well. */
import {
  partTitle,
  requestKey,
  tokenLogProb,
  type Part,
  type PartSlot,
  type PerCandidate,
  type PerPrompt,
  type tf,
  type TokenWeights,
} from "@tokenwise/kit";
import { plannedPart } from "../plan/plan.ts";
import type { Call } from "./call-parts.ts";

/** What parts gave for a loss, as far as it is known where the loss is counted. */
export interface Made {
  readonly weights?: TokenWeights;
  /** By objective. */
  readonly scores: readonly PerCandidate[];
  readonly beta?: PerPrompt;
  readonly emphasis?: PerPrompt;
}

type Looked = readonly [what: string, values: tf.Tensor | undefined, mask?: tf.Tensor];

/** `weighter "mine": reward`; undefined where all of it is finite. */
export function firstNotFinite({ runtime, batch, quantities }: Call, made: Made): string | undefined {
  const { plan } = runtime;
  const { weighter, beta, emphasis, objectives } = plan.method;
  const title = (slot: PartSlot, part: Part): string => partTitle(slot, plannedPart(plan, part).id);
  const logProbs = ["policy", "reference"].map((role): Looked => {
    const values = quantities.get(requestKey(tokenLogProb(role))) as tf.Tensor | undefined;
    return [`the token log-probs of the ${role}`, values, batch.responseMask];
  });
  const weights = (["reward", "divergence"] as const).flatMap((name): Looked[] =>
    weighter ? [[`${title("weighter", weighter)}: ${name}`, made.weights?.[name], batch.responseMask]] : [],
  );
  const scores = objectives.map(({ scorer }, index): Looked => [
    `${title("scorer", scorer)}: score`,
    made.scores[index],
    batch.candidateMask,
  ]);
  const constants: readonly Looked[] = [
    [`${title("beta", beta)}: beta`, made.beta],
    ...(emphasis ? [[`${title("emphasis", emphasis)}: weight`, made.emphasis] as const] : []),
  ];
  return [...logProbs, ...weights, ...scores, ...constants].find(
    ([, values, mask]) => values && !isFinite(values, mask),
  )?.[0];
}

/** Where the mask, if there is one, is not 0. */
function isFinite(values: tf.Tensor, mask: tf.Tensor | undefined): boolean {
  const counted = mask?.dataSync();
  return values.dataSync().every((value: number, index: number) => counted?.[index] === 0 || Number.isFinite(value));
}
