/** The trainable tensors of parts: made by the trainer from the model's dimensions and a seed. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  callTensor,
  isParameterSpec,
  tf,
  TokenwiseError,
  type ModelDimensions,
  type ParameterSpec,
  type ParameterTree,
} from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import type { PlannedPart } from "../plan/parts.ts";
import { seedFrom } from "../random.ts";
import type { TensorTree } from "../step/runtime.ts";
import { readTensors, writeTensors } from "../tensor-file.ts";

/** Beside a model: the trained tensors of parts, f32, by `part/path`. */
export const partsFile = "parts.safetensors";

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
        const variable = tf.tidy(() => {
          const initial = () => node.init(dimensions, seedFrom(seed, "parameter", here));
          return tf.variable(callTensor(`the parameter ${here}`, "…", initial));
        });
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

/** Writes them beside a model; nothing where there are none. */
export async function savePartParameters({ variables }: PartParameters, folder: string): Promise<void> {
  if (variables.size === 0) return;
  const tensors = [...variables].map(([name, { variable }]) => [name, variable] as const);
  await writeTensors(join(folder, partsFile), new Map(tensors));
}

/** SHA-256 of such a file, in hexadecimal. @throws TW_E_PARTS  if it cannot be read. */
export async function partsDigest(file: string): Promise<string> {
  try {
    return createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
  } catch (cause) {
    throw new TokenwiseError("TW_E_PARTS", `${file} cannot be read`, {
      hint: `name the ${partsFile} that lies beside a trained model or in a checkpoint`,
      cause,
    });
  }
}

/**
 * Gives the parts' tensors the values of a file that `savePartParameters` wrote.
 *
 * @throws TW_E_PARTS  if it has not the tensors of this method, or the method has none.
 */
export async function loadPartParameters({ variables }: PartParameters, file: string): Promise<void> {
  const hint = "it is of a method with the same parts and options, trained with a model of the same size";
  if (variables.size === 0)
    throw new TokenwiseError("TW_E_PARTS", `${file} is given, but no part of the method has trained tensors`, {
      hint: "leave it out",
    });
  const saved = await readTensors(file);
  try {
    for (const [name, { variable }] of variables) {
      const value = saved.get(name);
      if (!value || String(value.shape) !== String(variable.shape))
        throw new TokenwiseError(
          "TW_E_PARTS",
          `${file} has no tensor "${name}" of shape [${variable.shape.join(", ")}]`,
          {
            hint,
          },
        );
    }
    const unknown = [...saved.keys()].find((name) => !variables.has(name));
    if (unknown !== undefined)
      throw new TokenwiseError("TW_E_PARTS", `${file} has "${unknown}", which no part of the method has`, { hint });
    for (const [name, { variable }] of variables) tf.tidy(() => variable.assign(tf.clone(saved.get(name)!)));
  } finally {
    tf.dispose([...saved.values()]);
  }
}
