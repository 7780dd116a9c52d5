import type { CausalModel } from "./causal-model.ts";
import { createModel } from "./create-model.ts";

/** A frozen copy, to be a reference: its variables are not trainable and share nothing with the model's. */
export const cloneModel = (model: CausalModel): CausalModel =>
  createModel(
    model.config,
    { weights: (name) => model.parameters.get(name)!.dataSync<"float32">().slice() },
    { trainable: false },
  );
