/** Laws: what every method that follows the contract satisfies. */
import { tf } from "@tokenwise/kit";
import fc from "fast-check";
import { ContractViolation } from "./compare.ts";
import { describeShape, type PromptShape, type StepShape } from "../tables/shape.ts";
import type { Trial } from "./trial.ts";

/** Tried with every choice of options. */
export interface Law {
  readonly id: string;
  readonly statement: string;
  /** Tried with every branch and member of the schema too, whatever the sign of the weights that it gives. */
  readonly everyBranch?: true;
  /** Why it says nothing about a method, from the method's own declarations. */
  notApplicable?(trial: Trial): string | undefined;
  /** @throws if the method does not satisfy it. */
  check(trial: Trial): void;
}

/** About all choices of options together: what is without effect with some may have one with others. */
export interface LawOfAll {
  readonly id: string;
  readonly statement: string;
  notApplicable?(trials: readonly Trial[]): string | undefined;
  check(trials: readonly Trial[]): void;
}

/** A response of 1 to 5 tokens of which 0 to all are text. */
const response = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.nat(5))
  .map(([length, content]) => ({ length, content: Math.min(length, content) }));

function promptShape(pairs: boolean): fc.Arbitrary<PromptShape> {
  const two = fc.tuple(response, response);
  const rest = fc.tuple(fc.option(response, { freq: 1 }), fc.option(response, { freq: 2 }));
  const four = fc.tuple(two, rest, fc.integer({ min: 0, max: 3 })).map(([some, others, turn]) => {
    const all = [...some, ...others];
    return [...all.slice(turn), ...all.slice(0, turn)]; // any place may be missing
  });
  return fc.record({ length: fc.integer({ min: 1, max: 6 }), responses: pairs ? two : four });
}

/**
 * Tries a property with steps of several shapes; of one that fails, the smallest is told.
 *
 * @throws ContractViolation
 */
export function forShapes(
  { pairs, effort }: Trial,
  property: (shape: StepShape) => void,
  { least = 2 }: { readonly least?: number } = {},
): void {
  const shape: fc.Arbitrary<StepShape> = fc.record({
    seed: fc.integer({ min: 1, max: 10_000 }),
    prompts: fc.array(promptShape(pairs), { minLength: least, maxLength: 4 }),
  });
  const result = fc.check(
    fc.property(shape, (given) => tf.tidy(() => property(given))),
    { seed: 20_240_917, numRuns: effort === "small" ? 2 : 5, endOnFailure: false },
  );
  if (!result.failed) return;
  const [smallest] = result.counterexample ?? [];
  const error = result.errorInstance;
  const problem = error instanceof Error ? error.message : String(error);
  throw new ContractViolation(smallest ? `${problem}\n  found with ${describeShape(smallest)}` : problem, {
    cause: error,
  });
}
