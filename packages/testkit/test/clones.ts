/** Sound methods with every piece exchangeable, so that a mutant is a method with one other piece. */
import {
  betaController,
  candidate,
  column,
  compose,
  constantBeta,
  forwardKl,
  hiddenStates,
  implicitReward,
  logRatio,
  logSigmoid,
  logistic,
  margin,
  method,
  overTokens,
  parameter,
  pick,
  preferFirst,
  preferenceLoss,
  scorer,
  sequenceSum,
  stopGradient,
  sumTokens,
  tf,
  tokenLogProb,
  vocabulary,
  weighter,
  type PerCandidate,
  type PerPrompt,
  type PerToken,
  type PreferenceBatch,
  type Request,
  type TokenWeights,
} from "@tokenwise/kit";
import { z } from "zod";

/** DPO. */
export interface DpoPieces {
  readonly ratio?: (tokens: PerToken) => PerToken;
  readonly request?: Request<PerToken>;
  readonly sum?: (tokens: PerToken, batch: PreferenceBatch) => PerCandidate;
  readonly score?: (score: PerCandidate) => PerCandidate;
  readonly logit?: (scores: PerCandidate, beta: PerPrompt) => PerPrompt;
  readonly logSigmoid?: (x: PerPrompt) => PerPrompt;
  readonly losses?: (losses: PerPrompt) => PerPrompt;
  readonly smoothing?: (labelSmoothing: number) => number;
  readonly undeclared?: boolean;
}
export const dpoClone = ({
  ratio = (tokens) => tokens,
  request = logRatio,
  sum = (tokens, batch) => sumTokens(tokens, batch),
  score = (x) => x,
  logit = (scores, beta) => tf.mul(beta, margin(scores)),
  logSigmoid: log = (x) => logSigmoid(x),
  losses = (x) => x,
  smoothing = (x) => x,
  undeclared = false,
}: DpoPieces = {}) =>
  method({
    name: "dpo-clone",
    options: z.object({
      beta: z.number().positive().default(0.1),
      labelSmoothing: z.number().min(0).max(0.5).default(0),
    }),
    create: ({ beta, labelSmoothing }) =>
      compose({
        beta: constantBeta({ beta }),
        targets: preferFirst({ smoothing: smoothing(labelSmoothing) }),
        scorer: scorer({
          name: "log-ratio",
          needs: { ratio: request },
          score: ({ batch, read }, { reward }) => {
            if (undeclared) tf.neg((read as Record<string, tf.Tensor>).kl!);
            return { score: score(sum(tf.mul(reward, ratio(read.ratio)), batch)) };
          },
        }),
        loss: preferenceLoss({
          name: "sigmoid",
          requires: { group: "pair" },
          loss({ targets }, { scores, beta: each }) {
            const h = logit(scores, each);
            const right = tf.mul(candidate(targets, 0), log(h));
            const wrong = tf.mul(candidate(targets, 1), log(tf.neg(h)));
            return { loss: losses(tf.neg(tf.add(right, wrong))) };
          },
        }),
      }),
  });

/** ε-DPO. */
const tilted = (softmax: boolean) =>
  vocabulary<{ readonly tilt: number }>(softmax ? "clone.tilted" : "clone.tilted-logits", {
    models: ["policy", "reference"],
    gradient: false,
    reduce(rows, { tilt }) {
      const policy = rows.logits("policy");
      const moved = tf.add(policy, tf.mul(tilt, tf.sub(policy, rows.logits("reference"))));
      return pick(softmax ? tf.logSoftmax(moved) : moved, rows.ids);
    },
  });
const [normalized, raw] = [tilted(true), tilted(false)];
const descends = (a: PerPrompt, b: PerPrompt, c: PerPrompt): PerPrompt =>
  tf.cast(tf.logicalAnd(tf.greater(a, b), tf.greater(b, c)), "float32");

export interface EpsilonPieces {
  readonly softmax?: boolean;
  readonly running?: (state: number, option: number) => number;
  readonly up?: "up" | "down";
  readonly next?: (beta: number, epsilon: number, mean: number) => number;
  readonly signal?: (step: PerPrompt) => PerPrompt;
  readonly step?: (step: PerPrompt) => PerPrompt;
  readonly divisor?: (epsilon: number, step: PerPrompt) => PerPrompt;
}
export const epsilonClone = ({
  softmax = true,
  running = (state) => state,
  up = "up",
  next = (beta, epsilon, mean) => beta / (1 + epsilon * mean),
  signal = (step) => step,
  step: decided = (step) => step,
  divisor = (epsilon, step) => tf.add(1, tf.mul(epsilon, step)),
}: EpsilonPieces = {}) =>
  method({
    name: "epsilon-clone",
    options: z.object({ beta: z.number().positive().default(0.01), epsilon: z.number().gt(0).lt(1).default(0.01) }),
    create: ({ beta, epsilon }) => {
      const at = softmax ? normalized : raw;
      return compose({
        beta: betaController({
          name: "epsilon",
          requires: { group: "pair" },
          needs: {
            plain: sequenceSum(softmax ? tokenLogProb("policy") : raw({ tilt: 0 })),
            up: sequenceSum(at({ tilt: epsilon })),
            down: sequenceSum(at({ tilt: -epsilon })),
          },
          state: {
            signals: ["step"],
            init: () => ({ beta }),
            update: (state, { signal: { step } }) => ({ beta: next(state.beta, epsilon, step.mean) }),
          },
          control({ read, state }) {
            const [high, plain, low] = [margin(read[up]), margin(read.plain), margin(read.down)];
            const step = decided(tf.sub(descends(high, plain, low), descends(low, plain, high)));
            return { beta: tf.div(running(state.beta, beta), divisor(epsilon, step)), signal: { step: signal(step) } };
          },
        }),
        scorer: implicitReward(),
        loss: logistic(),
      });
    },
  });

/** TIS-DPO's weights. */
export interface ColumnPieces {
  readonly sign?: number;
  readonly mask?: (batch: PreferenceBatch) => PerToken;
  readonly weight?: (weight: PerToken, batch: PreferenceBatch) => PerToken;
  readonly high?: (high: number) => number;
  readonly name?: string;
}
export const columnClone = ({
  sign = 1,
  mask = ({ contentMask }) => contentMask,
  weight: finish = (weight) => weight,
  high: upper = (high) => high,
}: ColumnPieces = {}) =>
  method({
    name: "column-clone",
    options: z.object({ mu: z.number().default(1), low: z.number().default(-0.5), high: z.number().default(1.5) }),
    create: ({ mu, low, high }) =>
      compose({
        weighter: weighter({
          name: "column-weights",
          needs: { ratio: column("clone.ratio") },
          weigh({ batch, read, preferred }) {
            const side = overTokens(tf.sub(tf.mul(2, preferred), 1));
            const exponent = tf.mul(tf.mul(sign * mu, side), tf.clipByValue(read.ratio, low, upper(high)));
            const weight = finish(tf.mul(tf.exp(exponent), mask(batch)), batch);
            return { reward: weight, divergence: weight };
          },
        }),
        beta: constantBeta(),
        scorer: implicitReward(),
        loss: logistic(),
      }),
  });

/** TDPO-2. */
export interface TdpoPieces {
  readonly weigh?: (kl: PerToken, weights: TokenWeights) => PerToken;
  readonly divergence?: (sum: PerCandidate, preferred: PerCandidate) => PerCandidate;
}
export const tdpoClone = ({
  weigh = (kl, { divergence }) => tf.mul(divergence, kl),
  divergence = (sum, preferred) => tf.add(tf.mul(preferred, stopGradient(sum)), tf.mul(tf.sub(1, preferred), sum)),
}: TdpoPieces = {}) =>
  method({
    name: "tdpo-clone",
    options: z.object({ alpha: z.number().positive().default(0.5) }),
    create: ({ alpha }) =>
      compose({
        beta: constantBeta(),
        scorer: scorer({
          name: "tdpo-score",
          needs: { ratio: logRatio, kl: forwardKl },
          score({ batch, read, preferred }, weights) {
            const ratio = sumTokens(tf.mul(weights.reward, read.ratio), batch);
            const sum = divergence(sumTokens(weigh(read.kl, weights), batch), preferred);
            return { score: tf.add(ratio, tf.mul(alpha, sum)) };
          },
        }),
        loss: logistic(),
      }),
  });

/** A trained mask. */
export interface MaskPieces {
  readonly use?: (vector: tf.Tensor) => tf.Tensor;
}
export const maskClone =
  ({ use = (vector) => vector }: MaskPieces = {}) =>
  () =>
    compose({
      weighter: weighter({
        name: "mask",
        needs: { states: hiddenStates("reference", { layers: [1] }) },
        parameters: {
          vector: parameter({ init: ({ width }, seed) => tf.randomNormal([width], 0, 1, "float32", seed) }),
          shift: parameter({ init: () => tf.scalar(0.5) }),
        },
        weigh({ read, parameters }) {
          const states = tf.squeeze(read.states, [0]);
          const mask = tf.sigmoid(tf.add(tf.sum(tf.mul(states, use(parameters.vector)), 2), parameters.shift));
          return { reward: mask };
        },
      }),
      beta: constantBeta(),
      scorer: implicitReward(),
      loss: logistic(),
    });
