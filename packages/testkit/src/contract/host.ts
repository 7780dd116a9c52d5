/** A part alone, in a method whose other places hold standard parts. */
import {
  compose,
  constantBeta,
  implicitReward,
  listwise,
  logistic,
  TokenwiseError,
  type AuxiliaryLoss,
  type BetaController,
  type Method,
  type Part,
  type PreferenceLoss,
  type PromptWeighter,
  type SequenceScorer,
  type TargetPolicy,
  type TokenWeighter,
} from "@tokenwise/kit";

const isMethod = (made: Method | Part): made is Method => "objectives" in made;

/** The method, or the part in one. @throws TW_E_CONTRACT_SUBJECT if it is neither. */
export function hosted(made: Method | Part): Method {
  if (typeof made !== "object") throw notOne(made);
  if (isMethod(made)) return made;
  const loss = made.requires?.group === "pair" ? logistic() : listwise();
  // A divergence in the score, so that both token weights matter.
  const host = compose({ beta: constantBeta(), scorer: implicitReward({ divergence: 0.5 }), loss });
  if ("weigh" in made) return { ...host, weighter: made as TokenWeighter };
  if ("control" in made) return { ...host, beta: made as BetaController };
  if ("emphasize" in made) return { ...host, emphasis: made as PromptWeighter };
  if ("targets" in made) return { ...host, targets: made as TargetPolicy };
  if ("score" in made) return { ...host, objectives: [{ scorer: made as SequenceScorer, loss }] };
  if ("loss" in made) return { ...host, objectives: [{ scorer: implicitReward(), loss: made as PreferenceLoss }] };
  if ("sum" in made && "count" in made) return { ...host, auxiliaries: [made as AuxiliaryLoss] };
  throw notOne(made);
}

const notOne = (made: unknown): TokenwiseError =>
  new TokenwiseError("TW_E_CONTRACT_SUBJECT", `neither a method nor a part: ${describe(made)}`, {
    hint: "give a factory of method() or part(), or a function that returns what compose() gives",
  });

const describe = (made: unknown): string =>
  typeof made === "object" && made !== null
    ? `an object with ${Object.keys(made).join(", ") || "nothing"}`
    : String(made);
