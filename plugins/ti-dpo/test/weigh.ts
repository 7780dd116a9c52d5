/** The weights of the part for spans of given attributions. */
import { tf, type PreferenceBatch } from "@tokenwise/kit";
import { batchOf, tokenTable } from "@tokenwise/testkit";
import { attributionWeights } from "../src/index.ts";

export type WeightOptions = NonNullable<Parameters<typeof attributionWeights>[0]>;

/** A prompt's tokens, then the response's, each with its attribution. */
export interface Sequence {
  readonly prompt: readonly number[];
  readonly response: readonly number[];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** w of the response tokens; every sequence is a group of one. `more`: padding beyond the longest response. */
export function weigh(options: WeightOptions, sequences: readonly Sequence[], more = 0): number[][] {
  const short = batchOf(
    sequences.map(({ prompt, response }) => [{ promptLength: prompt.length, response: response.map(() => 3) }]),
  );
  const pad = <T extends tf.Tensor>(tensor: T): T => tf.pad(tensor, [[0, 0], [0, more]]); // prettier-ignore
  const batch: PreferenceBatch = {
    ...short,
    responseIds: pad(short.responseIds),
    responseMask: pad(short.responseMask),
    contentMask: pad(short.contentMask),
  };
  const width = batch.responseMask.shape[1]!;
  const response = tokenTable(sequences.map((each) => each.response), width, 5.5); // prettier-ignore
  const totals = sequences.map((each) => [sum(each.prompt) + sum(each.response)]);
  const part = attributionWeights(options);
  const read = part.needs!.attribution ? { attribution: { response, sequenceTotal: tf.tensor2d(totals) } } : {};
  const { reward } = part.weigh({ batch, read } as never);
  return (reward!.arraySync() as number[][]).map((row, index) => row.slice(0, sequences[index]!.response.length));
}

/** Of spans without a prompt. */
export const weighSpans = (options: WeightOptions, spans: readonly (readonly number[])[]): number[][] =>
  weigh(options, spans.map((response) => ({ prompt: [], response }))); // prettier-ignore
