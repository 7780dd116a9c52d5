import { partsOf } from "../evaluate/parts.ts";
import { violated } from "../contract/compare.ts";
import { forShapes, type Law } from "../contract/law.ts";
import { tf } from "@tokenwise/kit";
import { parametersOf, tableFor } from "../contract/trial.ts";
import { evaluate } from "../evaluate/index.ts";
import { dimensions } from "../tables/layout.ts";

export const shapes: Law = {
  id: "shapes",
  everyBranch: true,
  statement: "parts read what they declare alone, and hand over tensors of the shapes of their axes",
  check: (trial) =>
    forShapes(
      trial,
      (shape) => {
        const given = tableFor(trial, shape);
        const result = evaluate(trial.method, [given], {
          dimensions,
          seed: 5,
          parameters: parametersOf(trial, shape.seed),
        });
        const [P, G] = [given.batch.prompts, given.batch.groupSize];
        for (const [name, values] of Object.entries(result.metrics))
          if (values.length !== P && values.length !== P * G)
            violated(
              `the metric "${name}" has ${values.length} numbers, expected ${P} (prompts) or ${P * G} (candidates)`,
            );
        for (const part of partsOf(trial.method))
          for (const [name, values] of Object.entries(result.signalsOf(part)))
            if (values.length !== P)
              violated(
                `the signal "${name}" of ${part.name} has ${values.length} numbers, expected ${P}, one a prompt`,
              );
        const { candidateMask } = given.batch;
        const exists = candidateMask.arraySync() as number[][];
        result.targets.forEach((row, prompt) => {
          const sum = row.reduce((total, value) => total + value, 0);
          if (!(Math.abs(sum - 1) < 1e-4)) violated(`the targets of prompt ${prompt} sum to ${sum}, expected 1`);
          if (row.some((value, candidate) => !(value >= 0) || (exists[prompt]![candidate] === 0 && value !== 0)))
            violated(
              `the targets of prompt ${prompt} are [${row.join(", ")}], of which one is negative or of a missing candidate`,
            );
        });
        tf.dispose(result.gradients.policy);
      },
      { least: 1 },
    ),
};
