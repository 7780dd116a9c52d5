/** Parts and methods that do one thing wrong, or the same right. */
import {
  auxiliaryLoss,
  betaController,
  column,
  compose,
  constantBeta,
  implicitReward,
  logRatio,
  logistic,
  margin,
  method,
  pick,
  preferenceLoss,
  scorer,
  sequenceSum,
  sumTokens,
  tf,
  tokenLogProb,
  vocabulary,
  weighter,
  type Json,
  type Method,
  type Objective,
  type PerPrompt,
} from "@tokenwise/kit";
import { z } from "zod";
import type { Subject } from "../src/index.ts";
import { kept } from "./mutants.ts";

/** DPO with other parts. */
export const dpoWith = (parts: Partial<Omit<Method, "objectives"> & Objective>): Method =>
  compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic(), ...parts });

export const lossTimes = (factor: (losses: PerPrompt) => tf.Tensor | number) =>
  preferenceLoss({
    name: "scaled",
    requires: { group: "pair" },
    loss(_, { scores, beta }) {
      const losses: PerPrompt = tf.softplus(tf.neg(tf.mul(beta, margin(scores))));
      return { loss: tf.mul(losses, factor(losses)) };
    },
  });

export const columnWeights = (tell: (mean: number) => void = () => undefined) =>
  weighter({
    name: "column-weights",
    needs: { ratio: column("clone.ratio") },
    weigh({ read }) {
      const weight = tf.exp(read.ratio);
      tell(tf.mean(weight).dataSync()[0]!);
      return { reward: weight, divergence: weight };
    },
  });

export const gapBeta = (tell: (mean: number) => number) =>
  betaController({
    name: "gap",
    requires: { group: "pair" },
    needs: { ratio: sequenceSum(logRatio) },
    control: ({ read }) => ({ beta: tell(tf.mean(tf.abs(margin(read.ratio))).dataSync()[0]!) }),
  });

export const ownRatio = {
  alone: vocabulary("laws.alone", {
    models: ["policy"],
    gradient: true,
    reduce: (rows) => pick(rows.logProbs("policy"), rows.ids),
  }),
  unread: vocabulary("laws.unread", {
    models: ["policy", "reference"],
    gradient: true,
    reduce: (rows) => pick(rows.logProbs("policy"), rows.ids),
  }),
  otherwise: vocabulary("laws.otherwise", {
    models: ["policy"],
    gradient: true,
    reduce: (rows) => pick(rows.logProbs("policy"), rows.ids),
    closedForm: () => ({ form: "entropy", of: "policy" }),
  }),
  undeclared: vocabulary("laws.undeclared", {
    models: ["policy"],
    gradient: true,
    reduce: (rows) => pick(rows.logProbs("policy"), rows.ids),
    closedForm: () => ({ form: "log-prob", of: "reference" }),
  }),
  together: vocabulary("laws.together", {
    models: ["policy"],
    gradient: true,
    reduce(rows) {
      const each = pick(rows.logProbs("policy"), rows.ids);
      return tf.sub(each, tf.mean(each));
    },
  }),
};
export const scoredBy = (which: keyof typeof ownRatio): Method =>
  dpoWith({
    scorer: scorer({
      name: "own-ratio",
      needs: { own: ownRatio[which](null) },
      score: ({ batch, read }, { reward }) => ({ score: sumTokens(tf.mul(reward, read.own), batch) }),
    }),
  });

export const stateful = <S extends Json>(
  init: S,
  update: (state: S) => S,
  beta: (state: S, training: boolean) => number,
) =>
  dpoWith({
    beta: betaController({
      name: "stateful",
      state: { signals: [], init: () => init, update },
      control: ({ state, training }) => ({ beta: beta(state, training) }),
    }),
  });
export const half = { beta: 0.1 };
export const halving = (): Method => stateful(half, ({ beta }) => ({ beta: beta / 2 }), ({ beta }) => beta); // prettier-ignore

export const anchored = (read: boolean): Method => ({
  ...dpoWith({}),
  auxiliaries: [
    auxiliaryLoss({
      name: "anchored",
      weight: 0.1,
      samples: {
        anchor: { generate: { maxNewTokens: 4, temperature: 1 }, needs: { policy: tokenLogProb("policy") } },
      },
      sum: ({ sample, batch }) => (read ? tf.sum(sumTokens(sample.anchor.read.policy, sample.anchor.batch)) : tf.mul(0, tf.sum(batch.responseMask))), // prettier-ignore
      count: () => 1,
    }),
  ],
});

export const keeping = (end: "finally" | "last") =>
  dpoWith({
    scorer: scorer({
      name: "keeping",
      needs: { ratio: logRatio },
      score({ batch, read }, { reward }) {
        const mask = tf.keep(tf.clone(batch.responseMask));
        kept.push(mask);
        try {
          const score = sumTokens(tf.mul(reward, read.ratio), batch, mask);
          if (end === "last") mask.dispose();
          return { score };
        } finally {
          if (end === "finally") mask.dispose();
        }
      },
    }),
  });

export const counted = (factor: (calls: number) => number) => (): Method => {
  let calls = 0;
  return dpoWith({
    scorer: scorer({
      name: "counted",
      needs: { ratio: logRatio },
      score: ({ batch, read }, { reward }) => ({
        score: tf.mul(factor(calls++), sumTokens(tf.mul(reward, read.ratio), batch)),
      }),
    }),
  });
};

export const betaOption = (beta: z.ZodType<number, number | undefined>): Subject =>
  method({ name: "options", options: z.object({ beta }), create: (given) => dpoWith({ beta: constantBeta(given) }) });
