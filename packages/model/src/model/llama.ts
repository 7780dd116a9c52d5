import { tf, TokenwiseError } from "@tokenwise/kit";
import { generationDefaultsOf } from "../config/generation-defaults.ts";
import type { LlamaConfig } from "../config/llama-config.ts";
import type { ModelSource } from "../config/model-source.ts";
import { attention } from "../ops/attention/attention.ts";
import { embedding } from "../ops/embedding.ts";
import { rmsNorm } from "../ops/rms-norm.ts";
import { ropeTables } from "../ops/rope.ts";
import type { PackedStream } from "../stream/pack-trees.ts";
import { apart, meansOf, withMeans } from "./activation-means.ts";
import { attentionRows } from "./attention-rows.ts";
import { block, type Attend } from "./block.ts";
import type { CausalModel, ForwardOptions, ForwardResult } from "./causal-model.ts";
import { layersOf } from "./layers.ts";
import { recomputed } from "./recompute.ts";

function checkStream({ ids, positions }: PackedStream, { vocabSize, maxPositionEmbeddings }: LlamaConfig): void {
  const wrong = ids.findIndex((id) => id < 0 || id >= vocabSize);
  if (wrong >= 0) {
    throw new TokenwiseError(
      "TW_E_TOKEN_RANGE",
      `token ${ids[wrong]} in row ${wrong} of the stream, but the vocabulary has ${vocabSize}`,
      {
        hint: "does the tokenizer belong to this model?",
      },
    );
  }
  const long = positions.findIndex((position) => position >= maxPositionEmbeddings);
  if (long >= 0) {
    throw new TokenwiseError(
      "TW_E_CONTEXT_LENGTH",
      `row ${long} of the stream is at position ${positions[long]}, but the context has ${maxPositionEmbeddings}`,
      {
        hint: "truncate prompts or responses",
      },
    );
  }
}

function askedFor(asked: ForwardOptions["hiddenStates"], layers: number): readonly number[] {
  if (asked === undefined) return [];
  if (asked === "all") return Array.from({ length: layers + 1 }, (_, i) => i);
  const wrong = asked.find((index) => !Number.isInteger(index) || index < 0 || index > layers);
  if (wrong !== undefined)
    throw new TokenwiseError("TW_E_HIDDEN_STATE", `hidden state ${wrong} of a model that has 0 … ${layers}`);
  return asked;
}

/** A model over parameters that it owns from now on. */
export function llama(
  config: LlamaConfig,
  parameters: ReadonlyMap<string, tf.Variable>,
  source: ModelSource,
): CausalModel {
  const parameter = (name: string) => parameters.get(name)!;
  const embeddingWeight = parameter("model.embed_tokens.weight");
  const layers = layersOf(parameters, config);
  const counts = { heads: config.numAttentionHeads, keyValueHeads: config.numKeyValueHeads };

  function forward(stream: PackedStream, options: ForwardOptions = {}): ForwardResult {
    const { recompute = false, hiddenStates, activations = [], attention: attended, embeddings } = options;
    checkStream(stream, config);
    const asked = askedFor(hiddenStates, layers.length);
    return tf.tidy(() => {
      const tables = ropeTables(stream.positions, {
        theta: config.ropeTheta,
        headDim: config.headDim,
        scaling: config.ropeScaling,
      });
      const states: tf.Tensor2D[] = [];
      let x = embeddings ?? embedding(embeddingWeight, tf.tensor1d(stream.ids, "int32"));
      const outside = meansOf(activations);
      const inside: (readonly tf.Tensor2D[])[] = [];
      outside.capture("residual", x);
      for (const layer of layers) {
        states.push(x);
        const names = [...layer.keys()];
        const run = (input: tf.Tensor2D, weights: readonly tf.Tensor[], [cos, sin]: readonly tf.Tensor[]) => {
          const parametersOf = new Map(names.map((name, i) => [name, weights[i]!]));
          const attend: Attend = (projections) => attention(projections, stream.trees, counts);
          const rotation = { cos: cos as tf.Tensor2D, sin: sin as tf.Tensor2D };
          if (activations.length === 0) return block(input, parametersOf, rotation, attend, config);
          const { capture, taken } = meansOf(activations);
          return withMeans(block(input, parametersOf, rotation, attend, config, capture), taken);
        };
        const weights = [...layer.values()];
        const constants = [tables.cos, tables.sin];
        x = tf.tidy(() => (recompute ? recomputed(x, weights, constants, run) : run(x, weights, constants)));
        if (activations.length === 0) continue;
        const { output, means } = apart(x, config.hiddenSize, activations);
        x = output;
        inside.push(means);
      }
      const hidden = rmsNorm(x, parameter("model.norm.weight"), config.rmsNormEps);
      outside.capture("residual", hidden);
      const means = activations.map((_, kind) =>
        tf.concat2d([...outside.taken[kind]!, ...inside.map((ofBlock) => ofBlock[kind]!)], 1),
      );
      const pass = { inputs: states, layers, tables, trees: stream.trees, config };
      const rows = attended?.map((layer) => attentionRows(pass, layer));
      return {
        hidden,
        ...(hiddenStates && { hiddenStates: asked.map((index) => [...states, hidden][index]!) }),
        ...(activations.length > 0 && { activations: means }),
        ...(rows && { attention: rows }),
      };
    });
  }

  return {
    config,
    generationDefaults: generationDefaultsOf(source),
    source,
    parameters,
    unembedding: (config.tieWordEmbeddings ? embeddingWeight : parameter("lm_head.weight")) as tf.Variable<tf.Rank.R2>,
    forward,
    dispose: () => parameters.forEach((variable) => variable.dispose()),
  };
}
