/** Four paradigms as choices of target, anchor and temperature of ADPO: each loss beside what the paradigm itself computes. */
import { dpo, rewards, sft, tf, tokenLogProb } from "@tokenwise/kit";
import { adpo } from "@tokenwise/plugin-adpo";
import { batchOf, evaluate, type Given } from "@tokenwise/testkit";

export interface Identity {
  readonly paradigm: string;
  readonly options: NonNullable<Parameters<typeof adpo>[0]>;
  readonly ours: number;
  readonly theirs: number;
}

/** log-probabilities of one prompt's four responses, here the only ones that there are; of two models, and rewards. */
const student = [0.25, 0.4, 0.1, 0.25].map(Math.log);
const teacher = [0.5, 0.15, 0.2, 0.15].map(Math.log);
const values = [1, 0.2, -0.5, 0.7];

/** The first `count` responses, of one token each, as what a model gave. */
function given(count = 4): Given {
  const tokens = (list: readonly number[]) => tf.tensor2d(list.slice(0, count), [count, 1]);
  return {
    batch: batchOf([Array.from({ length: count }, () => ({ promptLength: 1, response: [0] }))]),
    values: [
      [tokenLogProb("policy"), tokens(student)],
      [tokenLogProb("reference"), tokens(teacher)],
      [rewards, tf.tensor2d(values.slice(0, count), [1, count])],
    ],
  };
}

const over = (list: readonly number[], temperature: number) => tf.div(tf.tensor1d([...list]), temperature);
const number = (x: tf.Tensor): number => x.dataSync()[0]!;

export function identities(): Identity[] {
  const [T, alpha, beta] = [2, 0.4, 0.1];
  const cases = [
    {
      paradigm: "supervised training: −log π of the response",
      options: { targets: { kind: "first" }, anchor: { kind: "uniform" }, tau: 1 },
      theirs: () => evaluate(sft(), [given(1)]).loss,
    },
    {
      paradigm: "distillation: cross-entropy to the teacher at T = 2",
      options: { targets: { kind: "teacher", temperature: T }, anchor: { kind: "uniform" }, tau: T },
      theirs: () => number(tf.losses.softmaxCrossEntropy(tf.softmax(over(teacher, T)), over(student, T))),
    },
    {
      paradigm: "maximum-entropy RL: cross-entropy to the policy ∝ e^(Q/α), α = 0.4",
      options: { targets: { kind: "raw", temperature: alpha }, anchor: { kind: "uniform" }, tau: 1 },
      theirs: () => number(tf.losses.softmaxCrossEntropy(tf.softmax(over(values, alpha)), over(student, 1))),
    },
    {
      paradigm: "DPO at β = 0.1, of the first two responses",
      options: { targets: { kind: "first" }, anchor: { kind: "fixed" }, tau: 1 / beta },
      responses: 2,
      theirs: () => evaluate(dpo({ beta }), [given(2)]).loss,
    },
  ] as const;
  return cases.map(({ paradigm, options, theirs, ...rest }) => {
    const ours = evaluate(adpo(options), [given("responses" in rest ? rest.responses : 4)]).loss;
    return { paradigm, options, ours, theirs: theirs() };
  });
}
