/** The trainable tensors of parts: made by the trainer from the model's dimensions and a seed. */
import { isParameterSpec, tf, type ModelDimensions, type ParameterSpec, type ParameterTree } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import type { PlannedPart } from "../plan/parts.ts";
import { seedFrom } from "../random.ts";
import type { TensorTree } from "../step/runtime.ts";

export interface PartParameters {
  /** By part identity, as the parts declare them. */
  readonly trees: ReadonlyMap<string, TensorTree>;
  /** All of them, by `part/path`. */
  readonly variables: ReadonlyMap<string, { readonly variable: tf.Variable; readonly spec: ParameterSpec }>;
  dispose(): void;
}

export function createPartParameters(parts: readonly PlannedPart[], model: CausalModel, seed: number): PartParameters {
  const dimensions = dimensionsOf(model);
  const variables = new Map<string, { variable: tf.Variable; spec: ParameterSpec }>();
  const create = (tree: ParameterTree, path: string): TensorTree =>
    Object.fromEntries(
      Object.entries(tree).map(([name, node]): [string, tf.Variable | TensorTree] => {
        const here = `${path}/${name}`;
        if (!isParameterSpec(node)) return [name, create(node, here)];
        const variable = tf.tidy(() => tf.variable(node.init(dimensions, seedFrom(seed, "parameter", here))));
        variables.set(here, { variable, spec: node });
        return [name, variable];
      }),
    );
  const trees = new Map(
    parts.flatMap(({ id, part }) => (part.parameters ? [[id, create(part.parameters, id)] as const] : [])),
  );
  return { trees, variables, dispose: () => variables.forEach(({ variable }) => variable.dispose()) };
}

const dimensionsOf = ({ config }: CausalModel): ModelDimensions => ({
  layers: config.numHiddenLayers,
  heads: config.numAttentionHeads,
  width: config.hiddenSize,
  vocabulary: config.vocabSize,
  initializerRange: config.initializerRange,
});
