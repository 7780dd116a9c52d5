import { tf, TokenwiseError } from "@tokenwise/kit";
import { configJson } from "../config/config-json.ts";
import type { LlamaConfig } from "../config/llama-config.ts";
import type { CausalModel } from "./causal-model.ts";
import { llama } from "./llama.ts";
import { parameterShapes, type ParameterShape } from "./parameter-shapes.ts";
import { variablesFrom } from "./variables.ts";

export type InitialWeights =
  | { readonly seed: number }
  /** Row-major values of the parameter of that name and shape. */
  | { readonly weights: (name: string, shape: readonly number[]) => Float32Array };

/** Hugging Face's initialization: normal matrices of deviation `initializerRange`, norms 1, biases 0. */
function fresh({ name, shape }: ParameterShape, index: number, seed: number, deviation: number): tf.Tensor {
  if (name.endsWith(".bias")) return tf.zeros([...shape]);
  if (shape.length === 1) return tf.ones([...shape]);
  return tf.randomNormal([...shape], 0, deviation, "float32", seed + index * 1_000_003);
}

function given(
  { name, shape }: ParameterShape,
  weights: (name: string, shape: readonly number[]) => Float32Array,
): tf.Tensor {
  const values = weights(name, shape);
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length !== size) {
    throw new TokenwiseError(
      "TW_E_WEIGHT_SHAPE",
      `${name} has ${values.length} numbers, but [${shape.join(", ")}] needs ${size}`,
    );
  }
  return tf.tensor(values, [...shape], "float32");
}

/**
 * A new model with random weights (the same for the same seed) or given ones.
 *
 * @throws TW_E_WEIGHT_SHAPE  if given weights have another size than the parameter.
 */
export function createModel(config: LlamaConfig, initial: InitialWeights): CausalModel {
  const tensors = function* () {
    for (const [index, parameter] of parameterShapes(config).entries()) {
      const values =
        "seed" in initial
          ? fresh(parameter, index, initial.seed, config.initializerRange)
          : given(parameter, initial.weights);
      yield [parameter.name, values] as const;
    }
  };
  return llama(config, variablesFrom(tensors(), true), { config: configJson(config) });
}
