import { attention, type AnnotationTools, type AnnotatedExample, type Annotator } from "@tokenwise/kit";

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);

/** The entries of one answer, normalized to sum 1; even where the judge paid none of it attention. */
function shareOf(row: Float32Array, [start, end]: readonly [number, number]): Float32Array {
  const slice = row.slice(start, end);
  const total = sum(slice);
  return slice.map((value) => (total > 0 ? value / total : 1 / slice.length));
}

/**
 * Mean of the two presentation orders, scaled to mean 1 over the content; 0 beyond it.
 *
 * @param sinkFix  Give the first token, on which attention sinks, the mean weight, and rescale the others.
 */
export function meanOneWeights(one: Float32Array, other: Float32Array, length: number, sinkFix: boolean): Float32Array {
  const mean = one.map((value, token) => (value + other[token]!) / 2);
  const rest = sum(mean) - mean[0]!;
  const even = 1 / mean.length;
  const repaired = mean.map((value, token) => {
    if (token === 0) return even;
    return rest > 0 ? (value * (1 - even)) / rest : even;
  });
  const weights = new Float32Array(length);
  weights.set((sinkFix && mean.length >= 5 ? repaired : mean).map((value) => value * mean.length));
  return weights;
}

/** The attention that a judge, about to name the better answer, pays to the answers' tokens: in both orders. */
export const judgeAttention = ({ layer = -1, sinkFix = true } = {}): Annotator => ({
  name: "attention-po",
  columns: ["attention-po.weights"],
  models: ["judge"],
  fingerprint: { layer, sinkFix },
  async annotate(example, tools) {
    const [straight, swapped] = [
      await shares(example, [0, 1], layer, tools),
      await shares(example, [1, 0], layer, tools),
    ];
    const weights = example.responses.map(({ ids }, candidate) =>
      meanOneWeights(straight[candidate]!, swapped[candidate]!, ids.length, sinkFix),
    );
    return { columns: { "attention-po.weights": weights } };
  },
});

async function shares(
  { prompt, responses }: AnnotatedExample,
  order: readonly [number, number],
  layer: number,
  { chat, run }: AnnotationTools,
): Promise<readonly Float32Array[]> {
  const answer = (candidate: number): Int32Array => {
    const { ids, content } = responses[candidate]!;
    return ids.slice(0, content);
  };
  const { ids, spans } = chat("judge", [
    "Which answer is better?\n\n",
    prompt,
    "\n\nAnswer A\n",
    answer(order[0]),
    "\n\nAnswer B\n",
    answer(order[1]),
    "\n\nYour choice:",
  ]);
  const { row } = await run({ prompt: ids }, { row: attention("judge", { layer, query: "last", heads: "mean" }) });
  return [0, 1].map((candidate) => shareOf(row, spans[1 + order.indexOf(candidate)]!)); // spans[0] is the prompt
}
