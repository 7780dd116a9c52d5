import { tf, type Json, type VocabularyDefinition, type VocabularyRequest } from "@tokenwise/kit";
import { expectClose, violated } from "../contract/compare.ts";
import type { Law } from "../contract/law.ts";
import { shapeOf, tableFor, type Trial } from "../contract/trial.ts";
import { closedFormOf } from "./closed-form.ts";

/** Of a table of logits. */
type Rows = readonly [start: number, count: number];

const tableRows = (trial: Trial, [start, count]: Rows) => {
  const { logits, batch } = tableFor(trial, shapeOf(trial, 4));
  const logitsOf = (model: string): tf.Tensor => {
    const table = logits![model]!;
    return tf.slice(tf.reshape(table, [-1, table.shape[2]!]), start, count);
  };
  return { logitsOf, ids: tf.slice(tf.reshape(batch.responseIds, [-1]), start, count) as tf.Tensor1D };
};

/** Applies a reduction to rows [start, start + count) of a table; tells which models it read. */
function reduced({ define, options, name, models }: VocabularyRequest, trial: Trial, at: Rows) {
  const read = new Set<string>();
  const values = tf.tidy(() => {
    const { logitsOf, ids } = tableRows(trial, at);
    const [, count] = at;
    const rows = (model: string): tf.Tensor => {
      if (!models.includes(model)) violated(`"${name}" reads the model "${model}", which it does not declare`);
      read.add(model);
      return logitsOf(model);
    };
    const definition = define as unknown as VocabularyDefinition<Json>;
    const result = definition.reduce({ ids, logits: rows, logProbs: (model) => tf.logSoftmax(rows(model)) }, options);
    if (result.shape.length !== 1 || result.shape[0] !== count)
      violated(`"${name}" gives [${result.shape.join(", ")}] for ${count} rows, expected [${count}]`);
    return [...result.dataSync()] as never;
  }) as number[];
  return { read, values };
}

/** What the reduction's closed form gives for the rows; undefined if it has none. */
function inClosedForm(
  { define, options, name, models }: VocabularyRequest,
  trial: Trial,
  at: Rows,
): readonly number[] | undefined {
  const form = (define as unknown as VocabularyDefinition<Json>).closedForm?.(options);
  if (form === undefined) return undefined;
  for (const model of "against" in form ? [form.of, form.against] : [form.of])
    if (!models.includes(model))
      violated(`the closed form of "${name}" names the model "${model}", which it does not declare`);
  return tf.tidy(() => {
    const { logitsOf, ids } = tableRows(trial, at);
    return [...closedFormOf(form, logitsOf, ids).dataSync()] as never;
  });
}

export const vocabularyChunks: Law = {
  id: "vocabulary",
  statement:
    "a reduction over the vocabulary reads the models that it declares, and each row by itself; its closed form is what it computes",
  check(trial) {
    const rows = tf.tidy(() => tableFor(trial, shapeOf(trial, 4)).batch.responseMask.size as never) as number;
    for (const request of trial.wants.vocabulary) {
      const what = `"${request.name}" ${JSON.stringify(request.options)}`;
      const { read, values } = reduced(request, trial, [0, rows]);
      const unread = request.models.filter((model) => !read.has(model));
      if (unread.length > 0) violated(`${what} declares the model ${unread.join(", ")} and does not read it`);
      const cut = [...reduced(request, trial, [0, 5]).values, ...reduced(request, trial, [5, rows - 5]).values];
      expectClose(`${what}, computed in two chunks of rows,`, cut, values, { relative: 1e-6, absolute: 1e-7 });
      const closed = inClosedForm(request, trial, [0, rows]);
      if (closed) expectClose(`the closed form of ${what}`, closed, values, { relative: 1e-5, absolute: 1e-5 });
    }
  },
};
