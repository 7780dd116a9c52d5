/** Which way a step goes. */
import { sequenceSum, tf, tokenLogProb, type PerCandidate } from "@tokenwise/kit";
import { shown, violated } from "../contract/compare.ts";
import type { Law } from "../contract/law.ts";
import { observe } from "../contract/observation.ts";
import { hasParameters, parametersOf, tableFor, type Trial } from "../contract/trial.ts";
import { evaluate, reader, type Given, type Moment } from "../evaluate/index.ts";
import { dimensions } from "../tables/layout.ts";
import { prompts, type StepShape } from "../tables/shape.ts";

/** Responses of one length at the reference policy, columns positive. */
const atReference = ({ pairs }: Trial, seed: number): StepShape => ({
  seed,
  prompts: pairs ? prompts([3, 3], [3, 3], [3, 3]) : prompts([3, 3, 3, null], [3, 3, 3, 3], [3, 3, null, 3]),
  apart: 0,
  scale: 0.5,
  positive: true,
});

/** Of a gradient that is 0: a divergence's at the reference is a difference of equal probabilities. */
const roundingError = 1e-6;

const logProbs = (given: Given): number[][] =>
  tf.tidy(() => (reader(given)(sequenceSum(tokenLogProb("policy"))) as PerCandidate).arraySync() as never);

export const stepDirection: Law = {
  id: "direction/step",
  statement: "at the reference policy a small step makes the preferred response more probable beside the others",
  check(trial) {
    // Trained weights may begin at 0.
    const seeds = trial.method.weighter?.parameters ? [61, 62, 63, 64, 65, 66] : [61, 62];
    let moved = 0;
    for (const seed of seeds)
      tf.tidy(() => {
        const given = tableFor(trial, atReference(trial, seed));
        const moment: Moment = { dimensions, seed: 5, parameters: parametersOf(trial, seed) };
        const { gradients, targets } = evaluate(trial.method, [given], moment);
        const gradient = gradients.policy[0]!;
        const largest = tf.max(tf.abs(gradient)).dataSync()[0]!;
        if (!(largest > roundingError)) return;
        moved += 1;
        const policy = tf.sub(given.logits!.policy, tf.mul(gradient, 0.05 / largest));
        const [before, after] = [logProbs(given), logProbs({ ...given, logits: { ...given.logits!, policy } })];
        const exists = given.batch.candidateMask.arraySync() as number[][];
        const G = given.batch.groupSize;
        const sizes = tf.reshape(tf.max(tf.abs(gradient), [1, 2]), [-1, G]).arraySync() as number[][];
        targets.forEach((row, prompt) => {
          if (sizes[prompt]!.every((size) => size < 1e-3 * largest)) return; // a prompt of no weight
          const steps = row.map((_, candidate) => after[prompt]![candidate]! - before[prompt]![candidate]!);
          const preferred = row.indexOf(Math.max(...row));
          const others = steps.filter((_, candidate) => candidate !== preferred && exists[prompt]![candidate] === 1);
          const mean = others.reduce((sum, value) => sum + value, 0) / Math.max(1, others.length);
          if (!(steps[preferred]! > mean))
            violated(
              `prompt ${prompt}: a step against the gradient moves log π of the preferred response by ${shown(steps[preferred])}, of the others by ${shown(mean)}`,
            );
        });
      });
    if (moved < (trial.method.weighter?.parameters ? 1 : seeds.length))
      violated("the gradient by the policy's logits is 0 at the reference policy");
  },
};

export const scoreDirection: Law = {
  id: "direction/score",
  statement: "a response that the policy makes more probable scores higher",
  notApplicable: (trial) => {
    if (trial.method.objectives.length === 0) return "the method has no objective that scores";
    return hasParameters(trial) && trial.method.weighter?.parameters
      ? "the token weights are trained, and may have any sign"
      : undefined;
  },
  check(trial) {
    for (const candidate of [0, 1])
      tf.tidy(() => {
        const shape = atReference(trial, 63);
        const at = { dimensions, seed: 5, parameters: parametersOf(trial, 63) };
        const scores = (by: number) =>
          observe(trial.method, [tableFor(trial, shape, { favour: { candidate, by } })], at).prompts.map(
            (prompt) => prompt.scores![candidate]!,
          );
        const [plain, favoured] = [scores(0), scores(0.2)];
        plain.forEach((score, prompt) => {
          if (!(favoured[prompt]! > score))
            violated(
              `candidate ${candidate} of prompt ${prompt} scores ${shown(favoured[prompt])} when it is made more probable, ${shown(score)} before`,
            );
        });
      });
  },
};
