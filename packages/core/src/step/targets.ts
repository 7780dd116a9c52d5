/** Who is preferred: targets of the candidates, and the largest of them. */
import {
  callTensor,
  expectShape,
  noGrad,
  partTitle,
  preferFirst,
  tf,
  TokenwiseError,
  type PerCandidate,
} from "@tokenwise/kit";
import type { Plan } from "../plan/plan.ts";
import type { MicroBatch } from "./assemble.ts";
import type { Quantities } from "./quantities.ts";
import { readOf } from "./view.ts";
import { plannedPart } from "../plan/plan.ts";
import { placeOf } from "../plan/dataset.ts";

export interface Targets {
  /** [P, G], rows sum to 1. */
  readonly targets: PerCandidate;
  /** [P, G], 1 at the first of the largest targets. */
  readonly preferred: PerCandidate;
}

const firstOnly = preferFirst();

/**
 * @throws TW_E_TARGETS  if a row does not sum to 1 over the candidates that exist, or is soft where a part needs hard targets.
 */
export function computeTargets(plan: Plan, { batch, examples }: MicroBatch, quantities: Quantities): Targets {
  const policy = plan.method.targets ?? firstOnly;
  const id = plan.method.targets ? plannedPart(plan, policy).id : policy.name;
  const shape = [batch.prompts, batch.groupSize];
  const targets = callTensor(partTitle("targets", id), "P, G", () =>
    noGrad(() => policy.targets({ batch, read: readOf(id, policy.needs, quantities) })),
  );
  expectShape(targets, shape, partTitle("targets", id));
  const values = targets.dataSync();
  const exists = batch.candidateMask.dataSync();
  const demanding = plan.parts.find(({ part }) => part.requires?.targets === "hard");
  const preferred = new Float32Array(values.length);
  for (let prompt = 0; prompt < batch.prompts; prompt++) {
    const row = Array.from({ length: batch.groupSize }, (_, index) => prompt * batch.groupSize + index);
    const sum = row.reduce((total, index) => total + values[index]! * exists[index]!, 0);
    const largest = row.reduce((best, index) => (values[index]! > values[best]! ? index : best));
    preferred[largest] = 1;
    const place = placeOf(examples[prompt]!);
    if (row.some((index) => Number.isNaN(values[index])))
      throw new TokenwiseError("TW_E_TARGETS", `${place}: "${id}" gives the target NaN`, {
        hint: "rewards, or an option such as a temperature, are too large or too small for numbers of 32 bits",
      });
    if (row.some((index) => !(values[index]! >= 0) || (exists[index] === 0 && values[index] !== 0)))
      throw new TokenwiseError(
        "TW_E_TARGETS",
        `${place}: "${id}" gives a negative target, or one to a missing candidate`,
        {
          hint: "rows must sum to 1, with 0 for missing candidates",
        },
      );
    if (!(Math.abs(sum - 1) < 1e-4))
      throw new TokenwiseError(
        "TW_E_TARGETS",
        `${place}: targets of "${id}" sum to ${sum} over the candidates that exist`,
        {
          hint: "rows must sum to 1, with 0 for missing candidates",
        },
      );
    if (demanding && values[largest] !== 1)
      throw new TokenwiseError(
        "TW_E_TARGETS",
        `${place}: ${demanding.id} needs hard targets, "${id}" gives ${values[largest]}`,
        {
          hint: "leave label smoothing and soft targets out; where equal rewards share a target, take logistic or listwise",
        },
      );
  }
  return { targets, preferred: tf.tensor2d(preferred, [batch.prompts, batch.groupSize]) };
}
