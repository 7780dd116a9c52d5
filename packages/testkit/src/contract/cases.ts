import { tf } from "@tokenwise/kit";
import { z } from "zod";
import { logitGradients, parameterGradients } from "../laws/gradients.ts";
import { extremeBeta, extremeInputs } from "../laws/extremes.ts";
import { logitShift, microBatches, padding, permutation } from "../laws/invariance.ts";
import { evaluationLeavesNoTrace, interruption, stateIsJson } from "../laws/state.ts";
import { failure, randomness, tensors } from "../laws/repeat.ts";
import { scoreDirection, stepDirection } from "../laws/direction.ts";
import { everyToken } from "../laws/tokens.ts";
import { shapes } from "../laws/shapes.ts";
import { vocabularyChunks } from "../laws/vocabulary.ts";
import { laws as composition } from "../laws/composition.ts";
import { laws as options, schema } from "../laws/options.ts";
import { laws as use } from "../laws/use.ts";
import { checkNeutral, checkWorked } from "../laws/declared.ts";
import { ContractViolation, violated } from "./compare.ts";
import type { ContractCase, Declaration, Subject } from "./contract-case.ts";
import type { Law, LawOfAll } from "./law.ts";
import { factoryOf, labelOf, trialsOf, type Effort, type Trial } from "./trial.ts";

const laws: readonly Law[] = [
  shapes,
  logitGradients,
  parameterGradients,
  extremeInputs,
  extremeBeta,
  padding,
  permutation,
  microBatches,
  logitShift,
  vocabularyChunks,
  everyToken,
  stepDirection,
  scoreDirection,
  stateIsJson,
  interruption,
  evaluationLeavesNoTrace,
  randomness,
  tensors,
  failure,
  ...composition,
];
const lawsOfAll: readonly LawOfAll[] = [...use, ...options];
/** Of every case that a contract may have. */
export const lawIds: readonly string[] = [...[...laws, ...lawsOfAll].map(({ id }) => id), "worked", "neutral"];

export interface ContractOptions extends Declaration {
  /** "small": the defaults and one more choice of options, fewer draws: for a command that ends in seconds. Default: "full". */
  readonly effort?: Effort;
}

/**
 * The contract of a method or a part as test cases. Which laws say something about it follows from its own declarations;
 * the others are among the cases, with the reason why they do not apply.
 *
 * A part is tried in a method whose other places hold standard parts.
 *
 * @throws TW_E_CONTRACT_SUBJECT  if the subject is neither a method nor a part, nor makes one.
 */
export function contractOf(
  subject: Subject,
  { effort = "full", ...declaration }: ContractOptions = {},
): readonly ContractCase[] {
  const refused = refusedDefaults(subject);
  if (refused) return [caseOf(schema.id, schema.statement, undefined, () => violated(refused))];
  const all = trialsOf(subject, effort, declaration.options);
  const trials = all.filter(({ further }) => !further);
  const perTrial = laws.flatMap((law) => collapsed(law, law.everyBranch ? all : trials));
  const ofAll = lawsOfAll.map((law) =>
    caseOf(
      law.id,
      law.statement,
      reasonOf(() => law.notApplicable?.(trials)),
      () => law.check(trials),
    ),
  );
  const worked = (declaration.worked ?? []).map((each) =>
    caseOf("worked", `worked example: ${each.name}`, undefined, () => checkWorked(subject, each)),
  );
  const neutral = (declaration.neutral ?? []).map((each) =>
    caseOf("neutral", `with ${JSON.stringify(each.options)} it is the method declared equal`, undefined, () =>
      checkNeutral(subject, each),
    ),
  );
  return [...perTrial, ...ofAll, ...worked, ...neutral];
}

/** A factory that cannot do without options has no method to try. */
function refusedDefaults(subject: Subject): string | undefined {
  const factory = factoryOf(subject);
  const parsed = factory?.options.safeParse({});
  return parsed?.error && `the defaults are refused: ${z.prettifyError(parsed.error)}`;
}

/** A case for each choice of options; of those that do not apply, one for each reason. */
function collapsed(law: Law, trials: readonly Trial[]): ContractCase[] {
  const told = new Set<string>();
  return trials.flatMap((trial) => {
    const reason = reasonOf(() => law.notApplicable?.(trial));
    if (reason !== undefined && told.has(reason)) return [];
    if (reason !== undefined) told.add(reason);
    const name = reason === undefined ? law.statement + labelOf(trial) : law.statement;
    return [caseOf(law.id, name, reason, () => law.check(trial))];
  });
}

/** A method that throws when it is looked at satisfies no reason: the case will tell. */
function reasonOf(find: () => string | undefined): string | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

function caseOf(law: string, name: string, notApplicable: string | undefined, check: () => void): ContractCase {
  const run = (): void => {
    try {
      check();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const what =
        error instanceof ContractViolation ? problem : `${error instanceof Error ? error.name : "error"}: ${problem}`;
      throw new ContractViolation(`${name}: ${what}\n  on the backend ${tf.getBackend()}`, { cause: error });
    }
  };
  return { law, name, ...(notApplicable !== undefined && { notApplicable }), run };
}
