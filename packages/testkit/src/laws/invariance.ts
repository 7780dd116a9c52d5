/** What must change nothing: padding, the order of prompts, the cut into micro-batches, constants added to logits. */
import { shown, violated } from "../contract/compare.ts";
import { forShapes, type Law } from "../contract/law.ts";
import { expectSame, observe, type At, type Observation, type Rounding } from "../contract/observation.ts";
import { drawsRandomly, parametersOf, tableFor, type Trial } from "../contract/trial.ts";
import { dimensions, type TableOptions } from "../tables/layout.ts";
import type { StepShape } from "../tables/shape.ts";

/** The step of a shape, in micro-batches of these prompts. */
function stepOf(
  trial: Trial,
  shape: StepShape,
  cuts: readonly (readonly number[])[],
  options: TableOptions = {},
): Observation {
  const at: At = { dimensions, seed: 5, parameters: parametersOf(trial, shape.seed) };
  return observe(
    trial.method,
    cuts.map((of) => tableFor(trial, shape, { ...options, of })),
    at,
  );
}

const all = ({ prompts }: StepShape): number[] => prompts.map((_, index) => index);

function expectNoneOutside({ gradientOutside }: Observation): void {
  if (gradientOutside > 0)
    violated(`a gradient of ${shown(gradientOutside)} falls on padding or on a missing candidate, expected 0`);
}

export const padding: Law = {
  id: "padding",
  everyBranch: true,
  statement: "what stands in the padding and in missing candidates, and how wide the padding is, changes nothing",
  check: (trial) =>
    forShapes(trial, (shape) => {
      const plain = stepOf(trial, shape, [all(shape)]);
      const other = stepOf(trial, shape, [all(shape)], { wider: 2, garbage: 9 });
      expectNoneOutside(plain);
      expectNoneOutside(other);
      expectSame(other, plain);
    }),
};

export const permutation: Law = {
  id: "permutation",
  everyBranch: true,
  statement: "permuting the prompts permutes every output and every gradient, and leaves loss and states",
  notApplicable: (trial) =>
    drawsRandomly(trial)
      ? "a part draws by place (view.seed), so that another order draws for other prompts"
      : undefined,
  check: (trial) =>
    forShapes(trial, (shape) => {
      const order = all(shape).reverse();
      const turned = [...order.slice(1), order[0]!];
      // A coupled loss may be of ranks instead of prompts: its mean is compared.
      const ofRanks = trial.method.objectives.some(({ loss }) => loss.coupling === "batch");
      const told = (observation: Observation): Observation =>
        ofRanks
          ? { ...observation, prompts: observation.prompts.map((prompt) => ({ ...prompt, losses: [] })) }
          : observation;
      const plain = told(stepOf(trial, shape, [all(shape)]));
      for (const permuted of [order, turned])
        expectSame(told(stepOf(trial, shape, [permuted])), plain, undefined, permuted);
    }),
};

export const microBatches: Law = {
  id: "micro-batches",
  everyBranch: true,
  statement: "unequal micro-batches give the losses, gradients, metrics and states of one batch",
  check: (trial) =>
    forShapes(trial, (shape) => {
      const [first, ...rest] = all(shape);
      const whole = stepOf(trial, shape, [all(shape)]);
      for (const cuts of [[[first!], rest], all(shape).map((prompt) => [prompt])])
        expectSame(stepOf(trial, shape, cuts), whole);
    }),
};

/** Adding a number rounds a logit. */
const shifted: Rounding = { values: { relative: 2e-4, absolute: 2e-5 }, gradients: { relative: 1e-3, absolute: 1e-6 } };

export const logitShift: Law = {
  id: "logits/shift",
  statement: "a number added to all logits of a position changes nothing: only probabilities count",
  check: (trial) =>
    forShapes(trial, (shape) =>
      expectSame(stepOf(trial, shape, [all(shape)], { shifted: true }), stepOf(trial, shape, [all(shape)]), shifted),
    ),
};
