import { compose, constantBeta, logistic, logLikelihood, type Method } from "@tokenwise/kit";

/** No reference: mean log-probabilities, and a target margin γ. */
export const simPo = ({ beta = 2, gamma = 1 } = {}): Method =>
  compose({ beta: constantBeta({ beta }), scorer: logLikelihood(), loss: logistic({ offset: gamma }) });
