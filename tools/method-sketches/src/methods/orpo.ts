import {
  constantBeta,
  logistic,
  responseLengths,
  scorer,
  sumTokens,
  supervised,
  tf,
  tokenLogProb,
  type Method,
  type PerCandidate,
  type SequenceScorer,
} from "@tokenwise/kit";

/** s = log odds of the mean token probability: log p − log(1 − p). */
export const logOdds = (): SequenceScorer =>
  scorer({
    name: "log-odds",
    needs: { policy: tokenLogProb("policy") },
    score({ read, batch }) {
      // A response that is certain has infinite odds.
      const mean: PerCandidate = tf.minimum(-1e-6, tf.div(sumTokens(read.policy, batch), responseLengths(batch)));
      return { score: tf.sub(mean, tf.log1p(tf.neg(tf.exp(mean)))) };
    },
  });

/** Supervised training and, beside it, odds in favour of the preferred response. */
export const orpo = ({ lambda = 0.1 } = {}): Method => ({
  beta: constantBeta({ beta: 1 }),
  objectives: [{ scorer: logOdds(), loss: logistic(), weight: lambda }],
  auxiliaries: [supervised()],
});
