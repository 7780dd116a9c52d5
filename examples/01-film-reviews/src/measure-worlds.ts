/** How the reference's samples fare in each world: the spread of what labels are drawn from, and how far the worlds agree about them. */
import { meanOf } from "@tokenwise/sweep";
import { readSamples } from "./demo/samples.ts";
import { rankCorrelation } from "./weights/rank-metrics.ts";
import { worlds } from "./world/worlds.ts";

const reviews = (await readSamples("test")).flatMap(({ prompt, completions }) =>
  completions.map((completion) => [prompt, completion] as const),
);
const rewards = worlds.map(({ labelReward }) => reviews.map(([prompt, completion]) => labelReward(prompt, completion)));

console.log(`${reviews.length} reviews; mean, standard deviation, percent in each fifth of [-1, 1]; rank correlations`);
worlds.forEach(({ name }, world) => {
  const values = rewards[world]!;
  const mean = meanOf(values);
  const deviation = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
  const fifths = Array.from({ length: 5 }, (_, fifth) =>
    meanOf(values.map((value) => Number(Math.min(4, Math.floor((value + 1) * 2.5)) === fifth))),
  );
  const correlations = rewards.map((others) => rankCorrelation(values, others)?.toFixed(2) ?? "-");
  const percents = fifths.map((share) => (100 * share).toFixed(0).padStart(2)).join(" ");
  console.log(
    `${name.padEnd(15)} ${mean.toFixed(3)} ${deviation.toFixed(2)}   ${percents}   ${correlations.join(" ")}`,
  );
});
