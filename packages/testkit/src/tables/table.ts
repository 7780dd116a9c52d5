/** A step's tables by its shape: logits, columns, rewards, captures, samples, each a function of the seed and its place. */
import { tf, type Request, type Role } from "@tokenwise/kit";
import type { Given } from "../evaluate/given.ts";
import { dimensions, Layout, type Row, type TableOptions } from "./layout.ts";
import { normalAt, type Place } from "./random.ts";
import type { PromptShape, StepShape } from "./shape.ts";
import { attributionOf, captureOf, dataOf } from "./values.ts";
import type { Wants } from "./wants.ts";

/** The vocabulary has 7 tokens. The caller disposes of the tensors. */
export function tableOf(shape: StepShape, wants: Wants, options: TableOptions = {}): Given {
  const layout = new Layout(shape, options);
  const { positive = false } = shape;
  const values: (readonly [Request, unknown])[] = [
    ...wants.data.map((request) => [request, dataOf(request, layout, positive)] as const),
    ...wants.captures.map((request) => [request, captureOf(request, layout, positive)] as const),
    ...wants.inputGradients.map((request) => [request, attributionOf(layout)] as const),
  ];
  const samples = Object.entries(wants.samples).map(([name, needs]) => {
    const sampled: StepShape = { ...shape, seed: shape.seed + 77, prompts: shape.prompts.map(sampleOf) };
    return [name, tableOf(sampled, needs, options)] as const;
  });
  return {
    batch: layout.batch(),
    logits: Object.fromEntries(
      wants.models.map((model) => [model, logitsOf(model, shape, layout, options)]),
    ) as NonNullable<Given["logits"]>,
    values,
    samples: Object.fromEntries(samples),
  };
}

const sampleOf = ({ length }: PromptShape, index: number): PromptShape => ({
  length,
  responses: [{ length: 2 + (index % 3), content: 2 + (index % 3) }],
});

/** [B, T, V] at the positions that predict response tokens. */
function logitsOf(model: Role, shape: StepShape, layout: Layout, { favour, shifted }: TableOptions): tf.Tensor3D {
  const { seed, scale = 1.5, apart = 0.7, extreme = false } = shape;
  const logit = (...place: Place): number => {
    const [shared, own] = [normalAt(seed, "logit", ...place), normalAt(seed, model, ...place)];
    if (extreme) return scale * Math.sign(apart === 0 ? shared : own);
    return scale * (shared + (model === "reference" ? 0 : apart * own));
  };
  const position = (row: Row, token: number): number[] => {
    const shift = shifted ? 4 * normalAt(seed, "shift", model, row.prompt, row.candidate, token) : 0;
    const favoured = favour?.candidate === row.candidate && model === "policy" ? layout.tokenAt(row, token) : -1;
    return Array.from(
      { length: dimensions.vocabulary },
      (_, v) => layout.at(row, token, logit, v) + shift + (v === favoured ? favour!.by : 0),
    );
  };
  return tf.tensor3d(layout.perToken(position), [layout.rows.length, layout.width, dimensions.vocabulary]);
}
