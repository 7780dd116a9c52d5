import { entriesOf } from "../entries-of.ts";
import { noGrad, tf, TokenwiseError, type VocabularyRows } from "@tokenwise/kit";
import { linearForward } from "../linear.ts";
import { logSoftmax } from "./log-softmax.ts";

/** What turns rows of hidden states into logits: hidden·unembeddingᵀ. */
export interface VocabularyModel {
  /** After the final norm [R,D]. */
  readonly hidden: tf.Tensor2D;
  /** [V,D]. */
  readonly unembedding: tf.Tensor2D;
}

export type VocabularyModels = Readonly<Record<string, VocabularyModel>>;

/** Consecutive rows of a pass. */
export interface Chunk {
  readonly start: number;
  readonly size: number;
}

export const chunksOf = (rows: number, size: number): readonly Chunk[] =>
  Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
    start: i * size,
    size: Math.min(size, rows - i * size),
  }));

/** The chunk's rows of a tensor [R,…]. */
export function rowsOf<T extends tf.Tensor>(x: T, { start, size }: Chunk): T {
  return entriesOf(x, 0, start, size);
}

/** The models with the chunk's rows of their hidden states. */
export const modelsOf = (models: VocabularyModels, chunk: Chunk): VocabularyModels =>
  Object.fromEntries(
    Object.entries(models).map(([role, { hidden, unembedding }]) => [
      role,
      { hidden: rowsOf(hidden, chunk), unembedding },
    ]),
  );

export const logitsOf = ({ hidden, unembedding }: VocabularyModel): tf.Tensor2D => linearForward(hidden, unembedding);

export function modelNamed(models: VocabularyModels, role: string): VocabularyModel {
  const model = Object.hasOwn(models, role) ? models[role] : undefined;
  if (model !== undefined) return model;
  throw new TokenwiseError(
    "TW_E_UNKNOWN_MODEL",
    `the vocabulary of "${role}" is asked for, but the pass has ${Object.keys(models).join(", ")}`,
    { hint: "a request reads the models that it declares, and no others" },
  );
}

function remember(compute: (role: string) => tf.Tensor): (role: string) => tf.Tensor {
  const known = new Map<string, tf.Tensor>();
  return (role) => {
    const value = known.get(role) ?? compute(role);
    known.set(role, value);
    return value;
  };
}

/** Logits of some models by role. */
export type Logits = Readonly<Record<string, tf.Tensor>>;

/**
 * What reductions read of a chunk. A model's logits are computed when they are first read, as constants.
 *
 * @param known  logits that are there already
 * @param given  logits of one model, taken as they are: what the backward pass differentiates by
 */
export function vocabularyRows(
  models: VocabularyModels,
  ids: tf.Tensor1D,
  known: Logits = {},
  given?: { readonly role: string; readonly logits: tf.Tensor },
): VocabularyRows {
  const logits = remember((role) =>
    role === given?.role ? given.logits : (known[role] ?? noGrad(() => logitsOf(modelNamed(models, role)))),
  );
  const logProbs = remember((role) =>
    role === given?.role ? logSoftmax(given.logits) : noGrad(() => logSoftmax(logits(role))),
  );
  return { ids, logits, logProbs };
}
