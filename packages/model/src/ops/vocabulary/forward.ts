import { tf, TokenwiseError } from "@tokenwise/kit";
import { modelNamed, modelsOf, rowsOf, vocabularyRows, type Logits } from "./chunk.ts";
import { reduceForms } from "./closed-forms.ts";
import type { Pass } from "./pass.ts";

/** What the forward pass of a chunk leaves for its backward pass. */
export interface Remains {
  /** Of the reductions in closed form. */
  readonly extras: readonly tf.Tensor[];
  /** Logits that need not be computed again. */
  readonly logits: Logits;
}

export interface Forward {
  /** Of all reductions, each [R]. */
  readonly values: readonly tf.Tensor1D[];
  /** By chunk. */
  readonly remains: readonly Remains[];
}

function checkedValue(value: tf.Tensor, rows: number): tf.Tensor1D {
  if (value.rank === 1 && value.shape[0] === rows) return value as tf.Tensor1D;
  throw new TokenwiseError("TW_E_SHAPE", `a reduction of ${rows} rows returned [${value.shape}], not [${rows}]`);
}

/** @param records  whether a backward pass will follow */
export function forward(pass: Pass, records: boolean): Forward {
  const { models, ids, chunks, reductions, asFunctions, inClosedForm, closed, keeps } = pass;
  let room = keeps.numbers;
  const perChunk = chunks.map((chunk) =>
    tf.tidy(() => {
      const rows = vocabularyRows(modelsOf(models, chunk), rowsOf(ids, chunk));
      const values: tf.Tensor1D[] = [];
      for (const k of asFunctions) values[k] = checkedValue(reductions[k]!.reduce(rows), chunk.size);
      let extras: readonly tf.Tensor[] = [];
      if (inClosedForm.length > 0) {
        const reduced = reduceForms(closed, rows.ids, (role) => rows.logits(role));
        inClosedForm.forEach((k, i) => {
          values[k] = tf.reshape(tf.slice(reduced.values, [i, 0], [1, chunk.size]), [chunk.size]);
        });
        if (records) extras = reduced.extras;
      }
      const logits: Record<string, tf.Tensor> = {};
      for (const role of records ? keeps.roles : []) {
        const size = chunk.size * modelNamed(models, role).unembedding.shape[0];
        if (size > room) break;
        logits[role] = rows.logits(role);
        room -= size;
      }
      return { values, remains: { extras: [...extras], logits } };
    }),
  );
  return {
    values: reductions.map((_, k) => tf.concat1d(perChunk.map(({ values }) => values[k]!))),
    remains: perChunk.map(({ remains }) => remains),
  };
}
