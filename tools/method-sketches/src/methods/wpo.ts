import {
  derived,
  logSumSquares,
  promptWeighter,
  responseLengths,
  sumTokens,
  tf,
  tokenLogProb,
  type PromptWeighter,
} from "@tokenwise/kit";

/** How much a response is what the policy itself would say: exp of the mean of log π(y_t) − log Σ_v π(v)². */
const alignment = derived(
  "wpo.alignment",
  "P,G",
  { policy: tokenLogProb("policy"), squares: logSumSquares },
  ({ read, batch }) => tf.exp(tf.div(sumTokens(tf.sub(read.policy, read.squares), batch), responseLengths(batch))),
);

/** ω = product of the alignments of both responses; composes with any loss. */
export const wpo = (): PromptWeighter =>
  promptWeighter({
    name: "wpo",
    needs: { alignment },
    emphasize: ({ read }) => ({ weight: tf.prod(read.alignment, 1) }),
  });
