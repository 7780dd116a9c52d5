/** SmolLM2-135M's shape with random weights: a step costs the same, and nothing has to be downloaded. */
import { llamaConfig, type LlamaConfig } from "@tokenwise/model";

/** @param layers  30 in the real one */
export const smolLM2 = (layers: number): LlamaConfig =>
  llamaConfig({
    vocabSize: 49_152,
    hiddenSize: 576,
    intermediateSize: 1_536,
    numHiddenLayers: layers,
    numAttentionHeads: 9,
    numKeyValueHeads: 3,
    maxPositionEmbeddings: 8_192,
    rmsNormEps: 1e-5,
    ropeTheta: 100_000,
    tieWordEmbeddings: true,
    initializerRange: 1 / 24,
  });

/** A stream: one prompt, and two responses to it. */
export interface Lengths {
  readonly prompt: number;
  readonly response: number;
}

/**
 * Floating-point operations of a training step over one pair, a multiply-add being two: every product once forward and twice backward,
 * attention counted causally (forward 4, backward 10 a visible pair and number of a head).
 */
export function stepOperations(config: LlamaConfig, { prompt, response }: Lengths): number {
  const { hiddenSize, intermediateSize, numHiddenLayers, numAttentionHeads, numKeyValueHeads, headDim } = config;
  const tokens = prompt + 2 * response;
  const weights =
    hiddenSize * headDim * (2 * numAttentionHeads + 2 * numKeyValueHeads) + 3 * hiddenSize * intermediateSize;
  const visible = (prompt * (prompt + 1)) / 2 + 2 * (response * prompt + (response * (response + 1)) / 2);
  const layer = 6 * tokens * weights + 14 * visible * numAttentionHeads * headDim;
  const vocabulary = 6 * 2 * response * config.vocabSize * hiddenSize;
  return numHiddenLayers * layer + vocabulary;
}
