import type { tf } from "@tokenwise/kit";
import type { LlamaConfig } from "../config/llama-config.ts";

/** Each layer's parameters by the name that follows "model.layers.<i>.". */
export function layersOf<T extends tf.Tensor>(
  parameters: ReadonlyMap<string, T>,
  { numHiddenLayers }: LlamaConfig,
): readonly ReadonlyMap<string, T>[] {
  const layers = Array.from({ length: numHiddenLayers }, () => new Map<string, T>());
  for (const [name, parameter] of parameters) {
    const match = /^model\.layers\.(\d+)\.(.*)$/.exec(name);
    if (match !== null) layers[Number(match[1])]!.set(match[2]!, parameter);
  }
  return layers;
}
