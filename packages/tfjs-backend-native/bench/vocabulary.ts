/** The sweeps over logits [512, 49152] beside the triad: logits count once a model that is read, and once more where they are written. */
import { addon } from "../src/addon.ts";
import type { FusedReduction } from "../src/kernels/fused-vocabulary.ts";
import { large } from "./arrays.ts";
import { inTurns } from "./measure.ts";
import type { Row } from "./row.ts";

const [rows, columns] = [512, 49_152];
const size = rows * columns;

/** Of the policy, model 0, against the reference, model 1. */
const sweeps: Readonly<Record<string, readonly FusedReduction[]>> = {
  "log π(y)": [{ form: "log-prob", of: 0 }],
  "log π(y), entropy": [
    { form: "log-prob", of: 0 },
    { form: "entropy", of: 0 },
  ],
  "log π(y), forward KL": [
    { form: "log-prob", of: 0 },
    { form: "divergence", of: 1, against: 0 },
  ],
  "log π(y), two tilted": [
    { form: "log-prob", of: 0 },
    { form: "tilted-log-prob", of: 0, against: 1, tilt: 0.01 },
    { form: "tilted-log-prob", of: 0, against: 1, tilt: -0.01 },
  ],
};

/** As in native/kernels/vocabulary.h. */
const forms = ["log-prob", "entropy", "log-sum-squares", "divergence", "tilted-log-prob"];

const logits = (): Float32Array =>
  large(Float32Array, size, 0).map((_, i) => 5 * Math.sin(1.7 * i + 0.31 * (i % 977) ** 2));

export function vocabularyRows(): readonly Row[] {
  const [policy, reference, out] = [logits(), logits(), large(Float32Array, size, 0)];
  const ids = Int32Array.from({ length: rows }, (_, row) => (row * 7_919) % columns);
  const native = addon();
  return Object.entries(sweeps).flatMap(([name, reductions]) => {
    const models = reductions.some(({ against }) => against !== undefined) ? [policy, reference] : [policy];
    const numbers = Int32Array.from(
      reductions.flatMap(({ form, of, against = of }) => [forms.indexOf(form), of, against]),
    );
    const tilts = Float32Array.from(reductions, ({ tilt = 0 }) => tilt);
    const values = new Float32Array(reductions.length * rows);
    const statistics = new Float32Array(rows * 2 * (models.length + reductions.length));
    const slopes = new Float32Array(reductions.length * rows).fill(0.5);
    const gradient = `${name}, gradient`;
    const best = inTurns(
      {
        triad: () => native.peakTriad(policy, reference, 3, out),
        [name]: () => native.reduceVocabulary(rows, columns, ids, numbers, tilts, values, statistics, ...models),
        [gradient]: () =>
          native.differentiateVocabulary(rows, columns, ids, numbers, tilts, 0, slopes, statistics, out, ...models),
      },
      8,
    );
    const share = (work: string, moved: number): Row => ({
      name: `sweep of ${work}`,
      value: (4 * moved * size) / best[work]! / ((12 * size) / best.triad!),
      unit: "of triad",
    });
    return [share(name, models.length), share(gradient, models.length + 1)];
  });
}
