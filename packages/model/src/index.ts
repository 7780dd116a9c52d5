export { currentBackend, useBackend, type BackendName } from "./backend.ts";
export {
  describeNative,
  numerics,
  type BackendOptions,
  type NativeDescription,
  type Precision,
} from "./native-options.ts";
export { findTensorflow, type TensorflowBinding } from "./tensorflow/find-tensorflow.ts";
export { tensorflowDevice } from "./tensorflow/register-tensorflow.ts";
export { llamaConfig, type LlamaConfig } from "./config/llama-config.ts";
export type { ActivationKind, CapturedType } from "./model/activation-means.ts";
export { attentionRollout, type AttentionMap } from "./model/attention-rollout.ts";
export type { AttentionLayer } from "./model/attention-rows.ts";
export type { CausalModel, ForwardOptions, ForwardResult } from "./model/causal-model.ts";
export { cloneModel } from "./model/clone-model.ts";
export { inputGradient } from "./model/input-gradient.ts";
export { createModel, type InitialWeights } from "./model/create-model.ts";
export { packTrees, type PackedStream, type PackedTree, type Span, type TokenTree } from "./stream/pack-trees.ts";
export {
  vocabularyPass,
  type VocabularyPassInput,
  type VocabularyReduction,
} from "./ops/vocabulary/vocabulary-pass.ts";
export { parseConfig } from "./config/parse-config.ts";
export type { GenerationDefaults } from "./config/generation-defaults.ts";
export type { ModelSource } from "./config/model-source.ts";
export { loadModel } from "./folder/load-model.ts";
export { saveModel, type SaveOptions } from "./folder/save-model.ts";
export { modelDigest } from "./model/model-digest.ts";
export { openSafetensors, type SafetensorsFile } from "./safetensors/read.ts";
export { writeSafetensors, type TensorToWrite, type WeightType } from "./safetensors/write.ts";
export type { TensorEntry } from "./safetensors/header.ts";
export { checkGenerationOptions, generate, type GenerateOptions } from "./generation/generate.ts";
export type { VocabularyModel } from "./ops/vocabulary/chunk.ts";
