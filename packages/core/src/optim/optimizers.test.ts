import { tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { describe, expect, inject, it } from "vitest";
import goldens from "../../test/goldens/optimizers.json" with { type: "json" };
import { adamW } from "./adamw.ts";
import { clipFactor, globalNorm } from "./clip.ts";
import type { Optimizer } from "./optimizer.ts";
import { rmsProp } from "./rmsprop.ts";
import { sgd } from "./sgd.ts";

interface Trajectory {
  readonly config: { readonly lr: number; readonly weight_decay?: number; readonly clip?: number };
  readonly traj: readonly {
    readonly step: number;
    readonly param: number[][];
    readonly grad_norm_before_clip: number | null;
  }[];
}

const cases: readonly (readonly [string, Trajectory, () => Optimizer])[] = [
  ["AdamW", goldens.adamw, () => adamW()],
  ["AdamW with β₂ 0.95 and clipping", goldens.adamw_b2_095_clip1, () => adamW({ beta2: 0.95 })],
  ["RMSprop with clipping", goldens.rmsprop_mitchell, () => rmsProp()],
  ["SGD with momentum", goldens.sgd_momentum, () => sgd({ momentum: 0.9 })],
];

/** The golden gradient: sin(flat index + step) + 0.1·parameter, the index running on over both parameters. */
const gradientsAt = (variables: readonly tf.Variable[], step: number): tf.Tensor[] =>
  variables.map((variable, index) =>
    tf.tidy(() => tf.add(tf.sin(tf.add(tf.range(index * 3, index * 3 + 3), step)), tf.mul(variable, 0.1))),
  );

function step(
  optimizer: Optimizer,
  variables: readonly tf.Variable[],
  at: number,
  { lr, weight_decay = 0, clip }: Trajectory["config"],
): number {
  const gradients = gradientsAt(variables, at);
  const norm = globalNorm(gradients);
  const factor = clip === undefined ? 1 : clipFactor(norm, clip);
  const updates = variables.map((variable, index) => ({
    name: `p${index}`,
    variable,
    gradient: tf.mul(gradients[index]!, factor),
    learningRate: lr,
    weightDecay: weight_decay,
  }));
  optimizer.apply(updates);
  tf.dispose([...gradients, ...updates.map(({ gradient }) => gradient)]);
  return norm;
}

describe.each(inject("backends"))("on %s", (backend) => {
  it.each(cases)("%s follows torch for five steps", async (_, { config, traj }, create) => {
    await useBackend(backend);
    const variables = goldens.init.map((values) => tf.variable(tf.tensor1d(values)));
    const optimizer = create();
    for (const expected of traj) {
      const norm = step(optimizer, variables, expected.step, config);
      if (expected.grad_norm_before_clip !== null) expect(norm).toBeCloseTo(expected.grad_norm_before_clip, 5);
      variables.forEach((variable, index) =>
        variable.dataSync().forEach((value, at) => expect(value).toBeCloseTo(expected.param[index]![at]!, 5)),
      );
    }
    optimizer.dispose();
    tf.dispose(variables);
  });

  it.each(cases)("%s restored from its saved state goes on with the same bits", async (_, { config }, create) => {
    await useBackend(backend);
    const [whole, first, second] = [create(), create(), create()];
    const [a, b] = [0, 1].map(() => goldens.init.map((values) => tf.variable(tf.tensor1d(values)))) as [
      tf.Variable[],
      tf.Variable[],
    ];
    for (let at = 1; at <= 4; at++) step(whole, a, at, config);
    for (let at = 1; at <= 2; at++) step(first, b, at, config);
    second.restore(first.save());
    first.dispose();
    for (let at = 3; at <= 4; at++) step(second, b, at, config);
    a.forEach((variable, index) => expect([...variable.dataSync()]).toEqual([...b[index]!.dataSync()]));
    [whole, second].forEach((optimizer) => optimizer.dispose());
    tf.dispose([...a, ...b]);
  });
});
