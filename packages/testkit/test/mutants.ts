/** Methods with one mistake each. */
import { candidate, margin, noGrad, stopGradient, sumTokens, tf, tokenLogProb } from "@tokenwise/kit";
import { contractOf, type Subject } from "../src/index.ts";
import { columnClone, dpoClone, epsilonClone, maskClone, tdpoClone } from "./clones.ts";

const detached = (x: tf.Tensor): tf.Tensor => tf.tensor(x.dataSync(), x.shape);
export const kept: tf.Tensor[] = [];
let calls = 0;

/** Each with the law that must be among those that catch it. */
export const mutants: readonly (readonly [mistake: string, law: string, mutant: Subject])[] = [
  ["the sign of the loss", "direction/step", dpoClone({ losses: (x) => tf.neg(x) })],
  ["the sign of the score", "direction/score", dpoClone({ score: (x) => tf.neg(x) })],
  [
    "sign of score and loss",
    "direction/score",
    dpoClone({ score: (x) => tf.neg(x), logit: (s, b) => tf.neg(tf.mul(b, margin(s))) }),
  ],
  [
    "chosen and rejected exchanged",
    "direction/step",
    dpoClone({ logit: (s, b) => tf.mul(b, tf.sub(candidate(s, 1), candidate(s, 0))) }),
  ],
  ["the wrong model read", "tokens", dpoClone({ request: tokenLogProb("reference") })],
  ["a gradient cut by stopGradient", "tokens", dpoClone({ ratio: (x) => stopGradient(x) })],
  ["a gradient cut by noGrad", "tokens", dpoClone({ score: (x) => noGrad(() => tf.mul(x, 1)) })],
  ["a gradient cut by reading the values", "gradients/logits", dpoClone({ ratio: detached })],
  [
    "a gradient cut on one side",
    "tokens",
    dpoClone({ logit: (s, b) => tf.mul(b, tf.sub(candidate(s, 0), stopGradient(candidate(s, 1)))) }),
  ],
  ["half of a gradient cut", "gradients/logits", dpoClone({ ratio: (x) => tf.mul(0.5, tf.add(x, detached(x))) })],
  [
    "padding in the sum",
    "padding",
    dpoClone({ sum: (x, { prompts, groupSize }) => tf.reshape(tf.sum(x, 1), [prompts, groupSize]) }),
  ],
  [
    "a mask shifted by one, so that the last token is left out",
    "tokens",
    dpoClone({
      sum: (x, { prompts, groupSize, responseMask }) => {
        const [rows, width] = responseMask.shape as [number, number];
        const shifted = tf.concat([tf.slice(responseMask, [0, 1], [rows, width - 1]), tf.zeros([rows, 1])], 1);
        return tf.reshape(tf.sum(tf.mul(x, shifted), 1), [prompts, groupSize]);
      },
    }),
  ],
  [
    "a mean over the padded width",
    "padding",
    dpoClone({ sum: (x, batch) => tf.div(sumTokens(x, batch), batch.responseMask.shape[1]!) }),
  ],
  ["a mean over the batch", "micro-batches", dpoClone({ losses: (x) => tf.mul(tf.onesLike(x), tf.mean(x)) })],
  [
    "a margin less the mean of the batch",
    "micro-batches",
    dpoClone({ logit: (s, b) => tf.mul(b, tf.sub(margin(s), tf.mean(margin(s)))) }),
  ],
  ["an unstable log σ", "extremes/beta", dpoClone({ logSigmoid: (x) => tf.log(tf.sigmoid(x)) })],
  ["1/0 at equal policies", "extremes", dpoClone({ logit: (s, b) => tf.div(tf.mul(b, margin(s)), tf.abs(margin(s))) })],
  ["an option without an effect", "options/effects", dpoClone({ smoothing: () => 0 })],
  ["β squared", "extremes/beta", dpoClone({ logit: (s, b) => tf.mul(tf.exp(b), margin(s)) })],
  ["random numbers without a seed", "randomness", dpoClone({ losses: (x) => tf.mul(x, 1 + 1e-3 * Math.random()) })],
  [
    "a random tensor without a seed",
    "randomness",
    dpoClone({ losses: (x) => tf.add(x, tf.randomUniform(x.shape, 0, 1e-3)) }),
  ],
  ["a counter outside of the state", "randomness", dpoClone({ losses: (x) => tf.mul(x, 1 + 1e-3 * calls++) })],
  [
    "a tensor kept",
    "tensors",
    dpoClone({
      losses: (x) => {
        kept.push(tf.keep(tf.clone(x)));
        return x;
      },
    }),
  ],
  ["a loss of another shape", "shapes", dpoClone({ losses: (x) => tf.reshape(x, [-1, 1]) })],
  ["a read that is not declared", "shapes", dpoClone({ undeclared: true })],
  [
    "a column that weighs by the mean of the batch",
    "micro-batches",
    columnClone({ weight: (w) => tf.div(w, tf.mean(w)) }),
  ],
  [
    "a mask moved by one",
    "tokens",
    columnClone({ mask: ({ contentMask: m }) => tf.concat([tf.slice(m, [0, 1]), tf.zeros([m.shape[0], 1])], 1) }),
  ],
  [
    "weights of NaN beyond the response",
    "padding",
    columnClone({ weight: (w, { responseMask }) => tf.div(tf.mul(w, responseMask), responseMask) }),
  ],
  ["a bound that is not used", "options/effects", columnClone({ high: () => 1.5 })],
  ["weights thrown away", "use/needs", columnClone({ weight: (w) => tf.onesLike(w) })],
  ["negative weights", "direction/score", columnClone({ weight: (w) => tf.neg(w) })],
  ["β as it began, the state unread", "use/state", epsilonClone({ running: (_, option) => option })],
  ["a state that stays", "use/signals", epsilonClone({ next: (beta) => beta })],
  ["a signal of 0", "use/signals", epsilonClone({ signal: (step) => tf.zerosLike(step) })],
  [
    "a signal of the batch",
    "micro-batches",
    epsilonClone({ signal: (step) => tf.mul(tf.onesLike(step), tf.max(step)) }),
  ],
  ["one β for the batch", "micro-batches", epsilonClone({ step: (step) => tf.mul(tf.onesLike(step), tf.mean(step)) })],
  ["the wrong request read", "use/needs", epsilonClone({ up: "down" })],
  ["logits instead of log-probabilities", "logits/shift", epsilonClone({ softmax: false })],
  ["a state of NaN", "state/json", epsilonClone({ next: (_, epsilon, mean) => Math.log(-1 - epsilon * mean * mean) })],
  ["a divergence that is not weighed", "composition/weights-scale", tdpoClone({ weigh: (kl) => kl })],
  ["a divergence cut for no gradient and no option", "use/needs", tdpoClone({ divergence: (sum) => tf.mul(0, sum) })],
  ["a parameter detached", "gradients/parameters", maskClone({ use: detached })],
  ["a parameter stopped", "use/parameters", maskClone({ use: (vector) => stopGradient(vector) })],
];

/** What the cases of a law say that apply. */
export const problemsOf = (law: string, subject: Subject): readonly string[] =>
  contractOf(subject, { effort: "small" })
    .filter((each) => each.law === law && each.notApplicable === undefined)
    .flatMap(({ run }) => {
      try {
        run();
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
