/** For the laws that no mutant breaks: the smallest method that does, beside its sound twin. */
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
  sft,
  sumTokens,
  supervised,
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

export interface Broken {
  readonly law: string;
  readonly why: string;
  readonly broken: Subject;
  readonly sound: Subject;
}

/** DPO with other parts. */
const dpoWith = (parts: Partial<Omit<Method, "objectives"> & Objective>): Method =>
  compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic(), ...parts });

const lossTimes = (factor: (losses: PerPrompt) => tf.Tensor | number) =>
  preferenceLoss({
    name: "scaled",
    requires: { group: "pair" },
    loss(_, { scores, beta }) {
      const losses: PerPrompt = tf.softplus(tf.neg(tf.mul(beta, margin(scores))));
      return { loss: tf.mul(losses, factor(losses)) };
    },
  });

const columnWeights = (tell: (mean: number) => void = () => undefined) =>
  weighter({
    name: "column-weights",
    needs: { ratio: column("clone.ratio") },
    weigh({ read }) {
      const weight = tf.exp(read.ratio);
      tell(tf.mean(weight).dataSync()[0]!);
      return { reward: weight, divergence: weight };
    },
  });

const gapBeta = (tell: (mean: number) => number) =>
  betaController({
    name: "gap",
    requires: { group: "pair" },
    needs: { ratio: sequenceSum(logRatio) },
    control: ({ read }) => ({ beta: tell(tf.mean(tf.abs(margin(read.ratio))).dataSync()[0]!) }),
  });

const ownRatio = {
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
const scoredBy = (which: keyof typeof ownRatio): Method =>
  dpoWith({
    scorer: scorer({
      name: "own-ratio",
      needs: { own: ownRatio[which](null) },
      score: ({ batch, read }, { reward }) => ({ score: sumTokens(tf.mul(reward, read.own), batch) }),
    }),
  });

const stateful = <S extends Json>(init: S, update: (state: S) => S, beta: (state: S, training: boolean) => number) =>
  dpoWith({
    beta: betaController({
      name: "stateful",
      state: { signals: [], init: () => init, update },
      control: ({ state, training }) => ({ beta: beta(state, training) }),
    }),
  });
const half = { beta: 0.1 };
const halving = (): Method => stateful(half, ({ beta }) => ({ beta: beta / 2 }), ({ beta }) => beta); // prettier-ignore

const anchored = (read: boolean): Method => ({
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

const keeping = (end: "finally" | "last") =>
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

const counted = (factor: (calls: number) => number) => (): Method => {
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

const betaOption = (beta: z.ZodType<number, number | undefined>): Subject =>
  method({ name: "options", options: z.object({ beta }), create: (given) => dpoWith({ beta: constantBeta(given) }) });

export const table: readonly Broken[] = [
  {
    law: "direction/step",
    why: "supervised training away from the preferred response",
    broken: () => ({ beta: constantBeta(), objectives: [], auxiliaries: [supervised({ weight: -1 })] }),
    sound: sft,
  },
  {
    law: "permutation",
    why: "a loss by the prompt's place",
    broken: dpoWith({ loss: lossTimes((losses) => tf.range(1, 1 + losses.size)) }),
    sound: dpoWith({ loss: lossTimes(() => 2) }),
  },
  {
    law: "vocabulary",
    why: "a reduction that does not read a model of its declaration",
    broken: scoredBy("unread"),
    sound: scoredBy("alone"),
  },
  {
    law: "vocabulary",
    why: "a reduction over the rows of a chunk",
    broken: scoredBy("together"),
    sound: scoredBy("alone"),
  },
  {
    law: "vocabulary",
    why: "a closed form of another reduction",
    broken: scoredBy("otherwise"),
    sound: scoredBy("alone"),
  },
  {
    law: "vocabulary",
    why: "a closed form of a model that is not declared",
    broken: scoredBy("undeclared"),
    sound: scoredBy("alone"),
  },
  {
    law: "state/json",
    why: "a map in a state",
    broken: stateful({ seen: new Map() } as unknown as Json, (state) => state, () => 0.1), // prettier-ignore
    sound: halving,
  },
  {
    law: "state/interruption",
    why: "steps counted outside of the state",
    broken: () => {
      let steps = 1;
      return stateful(half, () => ({ beta: 0.1 / 2 ** steps++ }), ({ beta }) => beta); // prettier-ignore
    },
    sound: halving,
  },
  {
    law: "state/evaluation",
    why: "evaluations counted",
    broken: () => {
      let evaluations = 0;
      return stateful(half, (state) => state, ({ beta }, training) => (training ? beta + evaluations : (evaluations += 1))); // prettier-ignore
    },
    sound: halving,
  },
  {
    law: "state/evaluation",
    why: "a part that writes to its state",
    broken: () => stateful({ ...half }, (state) => state, (state) => (state.beta /= 2)), // prettier-ignore
    sound: halving,
  },
  { law: "use/samples", why: "a sample that is not read", broken: anchored(false), sound: anchored(true) },
  {
    law: "use/weights",
    why: "a scorer without weights",
    broken: dpoWith({
      weighter: columnWeights(),
      scorer: scorer({
        name: "plain",
        needs: { ratio: sequenceSum(logRatio) },
        score: ({ read }) => ({ score: read.ratio }),
      }),
    }),
    sound: dpoWith({ weighter: columnWeights() }),
  },
  {
    law: "options/schema",
    why: "an option without a default",
    broken: betaOption(z.number()),
    sound: betaOption(z.number().default(0.1)),
  },
  {
    law: "options/schema",
    why: "a default that is not what its schema says",
    broken: betaOption(z.number().default(0.1).transform((beta) => 2 * beta)), // prettier-ignore
    sound: betaOption(z.number().default(0.2)),
  },
  {
    law: "tensors/failure",
    why: "a kept tensor that is freed at the end alone",
    broken: keeping("last"),
    sound: keeping("finally"),
  },
  {
    law: "composition/unit-weights",
    why: "a weighter that scales the loss past its weights",
    broken: () => {
      let mean = 1;
      return dpoWith({ weighter: columnWeights((of) => (mean = of)), loss: lossTimes(() => mean) });
    },
    sound: dpoWith({ weighter: columnWeights(), loss: lossTimes(() => 2) }),
  },
  {
    law: "composition/constant-controller",
    why: "a controller that scales the loss past its β",
    broken: () => {
      let gap = 1;
      return dpoWith({ beta: gapBeta((of) => ((gap = of), 0.1)), loss: lossTimes(() => gap) });
    },
    sound: () => dpoWith({ beta: gapBeta((gap) => gap), loss: lossTimes(() => 2) }),
  },
  {
    law: "composition/beta-times-score",
    why: "a logistic loss with β in it once more",
    broken: dpoWith({ loss: { ...lossTimes(() => 1), name: "logistic", loss: (view, given) => ({ loss: tf.mul(given.beta, logistic().loss(view, given).loss) }) } }), // prettier-ignore
    sound: dpoWith({}),
  },
  {
    law: "composition/shared-out",
    why: "every other call scores higher",
    broken: counted((calls) => 1 + 0.1 * (calls % 2)),
    sound: counted(() => 1),
  },
];
