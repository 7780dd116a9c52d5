/** Metamorphic laws: what composing parts must and must not change. */
import {
  betaController,
  constantBeta,
  scorer,
  tf,
  weighter,
  type Method,
  type Objective,
  type SequenceScorer,
  type TokenWeights,
} from "@tokenwise/kit";
import { expectClose, shown, violated } from "../contract/compare.ts";
import type { Law } from "../contract/law.ts";
import { expectSame, observe, rounding, sameBits, type At, type Observation } from "../contract/observation.ts";
import { drawsRandomly, parametersOf, shapeOf, tableFor, type Trial } from "../contract/trial.ts";
import type { Probe } from "../evaluate/index.ts";
import { dimensions } from "../tables/layout.ts";
import { prompts, type StepShape } from "../tables/shape.ts";

const seed = 81;
const noObjective = ({ method }: Trial): string | undefined =>
  method.objectives.length === 0 ? "the method has no objective" : undefined;

/** The step of a variation of the method, on the same tables. */
function stepOf(
  trial: Trial,
  method: Method = trial.method,
  at: At = {},
  of = seed,
  more: Partial<StepShape> = {},
): Observation {
  return tf.tidy(() => {
    const parameters = parametersOf(trial, of);
    return observe(method, [tableFor(trial, shapeOf(trial, of, more))], {
      dimensions,
      seed: 5,
      parameters,
      ...at,
    }) as never;
  });
}

const ones = weighter({
  name: "ones",
  weigh: ({ batch }) => ({ reward: tf.onesLike(batch.responseMask), divergence: tf.onesLike(batch.responseMask) }),
});

const unitWeights: Law = {
  id: "composition/unit-weights",
  statement: "token weights of 1 are no token weights, bit for bit: a weighter acts by its weights alone",
  notApplicable: ({ method }) =>
    method.objectives.length === 0 && !method.auxiliaries
      ? "the method has neither objective nor auxiliary loss"
      : undefined,
  check(trial) {
    const bare: Method = Object.fromEntries(
      Object.entries(trial.method).filter(([name]) => name !== "weighter"),
    ) as unknown as Method;
    const none = stepOf(trial, bare);
    expectSame(stepOf(trial, { ...bare, weighter: ones }), none, sameBits);
    const replaced = ({ reward, divergence }: TokenWeights): TokenWeights => ({
      reward: tf.onesLike(reward),
      divergence: tf.onesLike(divergence),
    });
    expectSame(stepOf(trial, trial.method, { probe: { weights: replaced } }), none, sameBits);
  },
};

const constantController: Law = {
  id: "composition/constant-controller",
  statement: "a controller that always gives c is the constant β c, bit for bit: a controller acts by its β alone",
  notApplicable: noObjective,
  check(trial) {
    const c = 0.37;
    const always = betaController({ name: "always", control: ({ batch }) => ({ beta: tf.fill([batch.prompts], c) }) });
    const [each, one] = [always, constantBeta({ beta: c })].map((beta) => stepOf(trial, { ...trial.method, beta }));
    expectSame(each!, one!, sameBits);
    const own = stepOf(trial);
    const same = tf.tensor1d(own.prompts.flatMap((prompt) => prompt["β"]!));
    const given = betaController({ name: "given", control: () => ({ beta: tf.clone(same) }) });
    try {
      stepOf(trial, trial.method, {}, seed + 1); // what its own controller may have left is of another step
      expectSame(own, stepOf(trial, { ...trial.make(), beta: given }), sameBits);
    } finally {
      same.dispose();
    }
  },
};

const homogeneous: Law = {
  id: "composition/weights-scale",
  statement: "doubled token weights double the score, or it depends on nothing but weighted tokens, or not on weights",
  notApplicable: noObjective,
  check(trial) {
    const times = (factor: number): Probe => ({
      weights: ({ reward, divergence }) => ({ reward: tf.mul(factor, reward), divergence: tf.mul(factor, divergence) }),
    });
    const scoresAt = (factor: number, shape: Partial<StepShape> = {}): readonly number[] =>
      stepOf(trial, trial.method, { probe: times(factor) }, seed, shape).prompts.flatMap((prompt) => prompt.scores!);
    const [one, two] = [scoresAt(1), scoresAt(2)];
    const apart = (expected: readonly number[]): number =>
      Math.max(...two.map((score, index) => Math.abs(score - expected[index]!)));
    const scale = Math.max(...two.map(Math.abs));
    const doubled = one.map((score) => 2 * score);
    if (Math.min(apart(doubled), apart(one)) <= 1e-5 * scale) return;
    // Another function of the weighted sum and the length: without weight, all responses of one length score alike.
    const none = scoresAt(0, { prompts: trial.pairs ? prompts([3, 3], [3, 3]) : prompts([3, 3, 3, 3], [3, 3, 3, 3]) });
    if (Math.max(...none) - Math.min(...none) <= 1e-5 * scale) return;
    const worst = two.findIndex((score, index) => Math.abs(score - doubled[index]!) === apart(doubled));
    violated(
      `a score is ${shown(one[worst])}, and with doubled weights ${shown(two[worst])}: some term of it is not weighed`,
    );
  },
};

const halved = ({ scorer: own, ...rest }: Objective): Objective => ({ ...rest, scorer: halfOf(own) });
const halfOf = (own: SequenceScorer): SequenceScorer =>
  scorer({
    ...own,
    score(view: never, weights: TokenWeights) {
      const { score, reward, ...report } = own.score(view, weights);
      return { ...report, score: tf.mul(0.5, score), ...(reward && { reward: tf.mul(0.5, reward) }) };
    },
  } as never);

const scaleFree = new Set(["logistic", "listwise"]);
const betaTimesScore: Law = {
  id: "composition/beta-times-score",
  statement: "2β with half the scores gives the same loss",
  notApplicable: (trial) =>
    noObjective(trial) ??
    (trial.method.objectives.every(({ loss }) => scaleFree.has(loss.name))
      ? undefined
      : "not every loss is the kit's logistic or listwise, which know the product β·s alone"),
  check(trial) {
    const { method } = trial;
    const at = (beta: number, objectives: readonly Objective[]) =>
      stepOf(trial, { ...method, beta: constantBeta({ beta }), objectives }).prompts.flatMap(
        (prompt) => prompt.losses!,
      );
    expectClose("the loss", at(0.5, method.objectives.map(halved)), at(0.25, method.objectives), { relative: 1e-6 });
  },
};

const sharedOut: Law = {
  id: "composition/shared-out",
  statement: "an objective in two halves is the objective, and an auxiliary loss of weight 0 adds nothing",
  notApplicable: (trial) =>
    noObjective(trial) ??
    (drawsRandomly(trial) ? "a part draws random numbers by its name, which two halves would share" : undefined),
  check(trial) {
    const { method } = trial;
    const halves = method.objectives.flatMap(({ weight = 1, ...rest }) =>
      [0.25, 0.75].map((share): Objective => ({ ...rest, weight: weight * share })),
    );
    const nothing = { name: "nothing", weight: 0, sum: () => tf.scalar(3), count: () => 1 };
    const [shared, whole] = [
      { ...method, objectives: halves, auxiliaries: [...(method.auxiliaries ?? []), nothing] },
      method,
    ].map((each) => stepOf(trial, each, { training: false }));
    // A part that is called twice reports twice; what it reports is compared elsewhere.
    const unreported = (observation: Observation): Observation => ({
      ...observation,
      prompts: observation.prompts.map((prompt) =>
        Object.fromEntries(Object.entries(prompt).filter(([name]) => !/^(metric|signal)/.test(name))),
      ),
    });
    expectSame(unreported(shared!), unreported(whole!), rounding);
  },
};

export const laws: readonly Law[] = [unitWeights, constantController, homogeneous, betaTimesScore, sharedOut];
