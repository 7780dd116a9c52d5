/** From examples to what a micro-batch needs: the packed stream, the response-aligned tensors, and the map between them. */
import type { PreferenceExample } from "@tokenwise/data";
import { tf, type PreferenceBatch } from "@tokenwise/kit";
import { packTrees, type PackedStream } from "@tokenwise/model";
import { placeOf } from "../plan/dataset.ts";
import { inverseOf, type RowMap } from "./gather-rows.ts";

export interface MicroBatch {
  readonly examples: readonly PreferenceExample[];
  readonly stream: PackedStream;
  readonly batch: PreferenceBatch;
  /** The tokens that are predicted, int32 [R]: all response tokens, row after row. */
  readonly predictedIds: tf.Tensor1D;
  /** [N, …] → [R, …]: the stream positions that predict them. */
  readonly predicting: RowMap;
  /** [R, …] → [B·T, …]: where they stand in the padded rows; padding is zero. */
  readonly aligned: RowMap;
}

/** The response-aligned tensors of examples, without a model's stream. Call it within a tidy, or keep its tensors. */
export function preferenceBatch(
  examples: readonly PreferenceExample[],
  width = longestResponse(examples),
): PreferenceBatch {
  const [prompts, groupSize] = [examples.length, examples[0]?.candidates.length ?? 0];
  const rows = prompts * groupSize;
  const ids = new Int32Array(rows * width);
  const [response, content] = [new Float32Array(rows * width), new Float32Array(rows * width)];
  const exists = new Float32Array(rows);
  candidatesOf(examples).forEach((candidate, row) => {
    if (!candidate) return;
    exists[row] = 1;
    ids.set(candidate.ids, row * width);
    response.fill(1, row * width, row * width + candidate.ids.length);
    content.fill(1, row * width, row * width + candidate.content);
  });
  return {
    prompts,
    groupSize,
    places: examples.map(placeOf),
    candidateMask: tf.tensor2d(exists, [prompts, groupSize]),
    promptLengths: tf.tensor1d(examples.map(({ prompt }) => prompt.length)),
    responseIds: tf.tensor2d(ids, [rows, width], "int32"),
    responseMask: tf.tensor2d(response, [rows, width]),
    contentMask: tf.tensor2d(content, [rows, width]),
  };
}

/** Packs examples, each prompt once. Call it within a tidy, or keep its tensors. */
export function assemble(examples: readonly PreferenceExample[]): MicroBatch {
  const stream = packTrees(
    examples.map(({ prompt, candidates }) => ({
      prefix: prompt,
      branches: candidates.flatMap((candidate) => (candidate ? [candidate.ids] : [])),
    })),
  );
  const width = longestResponse(examples);
  const positions: number[] = [];
  const slots: number[] = [];
  const ids: number[] = [];
  examples.forEach(({ candidates }, prompt) => {
    const { prefix, branches } = stream.trees[prompt]!;
    const spans = branches[Symbol.iterator]();
    candidates.forEach((candidate, index) => {
      if (!candidate) return;
      const { start } = spans.next().value!;
      candidate.ids.forEach((id, token) => {
        positions.push(token === 0 ? prefix.start + prefix.length - 1 : start + token - 1);
        slots.push((prompt * candidates.length + index) * width + token);
        ids.push(id);
      });
    });
  });
  const slotCount = candidatesOf(examples).length * width;
  return {
    examples,
    stream,
    batch: preferenceBatch(examples, width),
    predictedIds: tf.tensor1d(ids, "int32"),
    predicting: { index: Int32Array.from(positions), inverses: inverseOf(positions, stream.ids.length) },
    aligned: alignment(slots, slotCount),
  };
}

/** Rows of width T from a list of R values: the gather's index is R (the zero row) where there is padding. */
function alignment(slots: readonly number[], slotCount: number): RowMap {
  const index = new Int32Array(slotCount).fill(slots.length);
  slots.forEach((slot, row) => (index[slot] = row));
  return { index, inverses: [Int32Array.from(slots)] };
}

export const candidatesOf = (examples: readonly PreferenceExample[]) =>
  examples.flatMap(({ candidates }) => candidates);

export const longestResponse = (examples: readonly PreferenceExample[]): number =>
  candidatesOf(examples).reduce((longest, candidate) => Math.max(longest, candidate?.ids.length ?? 0), 1);

/** Stream tokens of an example: the prompt once, then its responses. */
export const streamLength = ({ prompt, candidates }: PreferenceExample): number =>
  candidates.reduce((length, candidate) => length + (candidate?.ids.length ?? 0), prompt.length);
