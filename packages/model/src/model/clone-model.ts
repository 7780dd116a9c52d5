import type { tf } from "@tokenwise/kit";
import { shared } from "../ops/tape.ts";
import type { CausalModel } from "./causal-model.ts";
import { llama } from "./llama.ts";
import { variablesFrom } from "./variables.ts";

/**
 * A frozen copy, to be a reference: its variables are not trainable, and training the model does not change them. They share memory with the
 * model's until those are assigned.
 */
export function cloneModel(model: CausalModel): CausalModel {
  const copies = [...model.parameters].map(([name, variable]) => [name, shared<tf.Tensor>(variable)] as const);
  return llama(model.config, variablesFrom(copies, false), model.source);
}
