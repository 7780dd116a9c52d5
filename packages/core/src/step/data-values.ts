import { tf, TokenwiseError, type DataRequest } from "@tokenwise/kit";
import { placeOf } from "../plan/dataset.ts";
import { candidatesOf, type MicroBatch } from "./assemble.ts";

/** Rewards or a column of the dataset as a tensor of the request's axes; 0 where a candidate is missing. */
export function dataValue(request: DataRequest, micro: MicroBatch): tf.Tensor {
  const { examples, batch } = micro;
  if (request.name === "rewards") {
    const rewards = examples.flatMap((example) =>
      example.candidates.map((candidate, index) => (candidate ? (example.rewards?.[index] ?? NaN) : 0)),
    );
    return tf.tensor2d(rewards, [batch.prompts, batch.groupSize]);
  }
  const { name } = request.options as { readonly name: string };
  if (request.axes === "B,T") return tokenColumn(name, micro);
  const first = examples.flatMap((example) =>
    example.candidates.map((candidate, index) => (candidate ? (example.columns?.[name]?.[index]?.[0] ?? NaN) : 0)),
  );
  if (request.axes === "P,G") return tf.tensor2d(first, [batch.prompts, batch.groupSize]);
  return tf.tensor1d(examples.map((_, prompt) => first[prompt * batch.groupSize] ?? NaN));
}

/** Per-token values [B, T]; a column of text tokens alone is 0 at the end tokens. */
function tokenColumn(name: string, { examples, batch }: MicroBatch): tf.Tensor {
  const [rows, width] = batch.responseMask.shape as [number, number];
  const values = new Float32Array(rows * width);
  candidatesOf(examples).forEach((candidate, row) => {
    if (!candidate) return;
    const example = examples[Math.floor(row / batch.groupSize)]!;
    const column = example.columns?.[name]?.[row % batch.groupSize] ?? new Float32Array(0);
    if (column.length !== candidate.ids.length && column.length !== candidate.content)
      throw new TokenwiseError(
        "TW_E_COLUMN_LENGTH",
        `${placeOf(example)}: column "${name}" has ${column.length} values for a response of ${candidate.ids.length} tokens`,
        { hint: "annotate the data with the tokenizer that trains" },
      );
    values.set(column, row * width);
  });
  return tf.tensor2d(values, [rows, width]);
}
