import {
  betaController,
  compose,
  implicitReward,
  logistic,
  margin,
  method,
  part,
  pick,
  sequenceSum,
  tf,
  tokenLogProb,
  vocabulary,
  type PerPrompt,
} from "@tokenwise/kit";
import { z } from "zod";

/** log-probability of a token under softmax(f + a (f − g)): policy logits f moved by a from the reference's g. */
const tilted = vocabulary<{ readonly tilt: number }>("sketch.tilted", {
  models: ["policy", "reference"],
  gradient: false,
  reduce(rows, { tilt }) {
    const policy = rows.logits("policy");
    const moved = tf.add(policy, tf.mul(tilt, tf.sub(policy, rows.logits("reference"))));
    return pick(tf.logSoftmax(moved), rows.ids);
  },
});

const descends = (a: PerPrompt, b: PerPrompt, c: PerPrompt): PerPrompt =>
  tf.cast(tf.logicalAnd(tf.greater(a, b), tf.greater(b, c)), "float32");

/** β per pair, from whether a policy of more or less divergence would separate the pair better; the state follows it. */
export const epsilonBeta = part({
  name: "epsilon-beta",
  options: z.object({
    beta: z.number().positive().default(0.01),
    epsilon: z.number().gt(0).lt(1).default(0.01),
  }),
  create: ({ beta, epsilon }) =>
    betaController({
      name: "epsilon-beta",
      requires: { group: "pair" },
      needs: {
        plain: sequenceSum(tokenLogProb("policy")),
        up: sequenceSum(tilted({ tilt: epsilon })),
        down: sequenceSum(tilted({ tilt: -epsilon })),
      },
      state: {
        signals: ["step"],
        init: () => ({ beta }),
        update: (state, { signal }) => ({ beta: state.beta / (1 + epsilon * signal.step.mean) }),
      },
      control({ read, state }) {
        const [up, plain, down] = [margin(read.up), margin(read.plain), margin(read.down)];
        const step: PerPrompt = tf.sub(descends(up, plain, down), descends(down, plain, up));
        return { beta: tf.div(state.beta, tf.add(1, tf.mul(epsilon, step))), signal: { step } };
      },
    }),
});

export const epsilonDpo = method({
  name: "epsilon-dpo",
  paper: {
    title: "KL Penalty Control via Perturbation for Direct Preference Optimization",
    url: "https://arxiv.org/abs/2502.13177",
  },
  options: epsilonBeta.options,
  create: (options) => compose({ beta: epsilonBeta(options), scorer: implicitReward(), loss: logistic() }),
});
