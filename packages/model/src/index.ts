export { useBackend, type BackendName } from "./backend.ts";
export { llamaConfig, type LlamaConfig } from "./config/llama-config.ts";
export type { CausalModel, ForwardOptions, ForwardResult } from "./model/causal-model.ts";
export { cloneModel } from "./model/clone-model.ts";
export { createModel, type InitialWeights } from "./model/create-model.ts";
export { packTrees, type PackedStream, type PackedTree, type Span, type TokenTree } from "./stream/pack-trees.ts";
export {
  vocabularyPass,
  type VocabularyModel,
  type VocabularyPassInput,
  type VocabularyReduction,
} from "./ops/vocabulary-pass.ts";
