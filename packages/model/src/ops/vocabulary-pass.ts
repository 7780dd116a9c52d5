import { noGrad, tf, TokenwiseError, type VocabularyRows } from "@tokenwise/kit";
import { differentiable, restoringTape } from "./tape.ts";
import { logSoftmax } from "./log-softmax.ts";
import { product } from "./product.ts";

/** What turns rows of hidden states into logits: hidden·unembeddingᵀ. */
export interface VocabularyModel {
  /** After the final norm [R,D]. */
  readonly hidden: tf.Tensor2D;
  /** [V,D]. */
  readonly unembedding: tf.Tensor2D;
}

export interface VocabularyReduction {
  /** Whether the result carries a gradient to the trained model. */
  readonly gradient: boolean;
  /** [n,V] → [n]. */
  reduce(rows: VocabularyRows): tf.Tensor;
}

export interface VocabularyPassInput {
  readonly models: Readonly<Record<string, VocabularyModel>>;
  /** The tokens picked, int32 [R]. */
  readonly ids: tf.Tensor1D;
  readonly reductions: readonly VocabularyReduction[];
  /** The model gradients flow to; all others are constants. Default "policy". */
  readonly trained?: string;
  /** Rows of logits held at a time. Default: as many as make 4 million logits. */
  readonly chunkRows?: number;
}

const LOGITS_AT_A_TIME = 4_000_000;

/** A chunk's rows; logits of a model are computed when first read, and `given` ones are taken as they are. */
function rowsOf(
  models: Readonly<Record<string, VocabularyModel>>,
  ids: tf.Tensor1D,
  given: Readonly<Record<string, tf.Tensor>> = {},
): VocabularyRows {
  const remember = (compute: (model: string) => tf.Tensor) => {
    const known = new Map<string, tf.Tensor>();
    return (model: string): tf.Tensor => {
      const value = known.get(model) ?? compute(model);
      known.set(model, value);
      return value;
    };
  };
  const logits = remember((role) => {
    const model = models[role];
    if (model === undefined) {
      throw new TokenwiseError(
        "TW_E_UNKNOWN_MODEL",
        `the vocabulary of "${role}" is read, but the pass has ${Object.keys(models).join(", ")}`,
      );
    }
    return given[role] ?? noGrad(() => product(model.hidden, model.unembedding, { transposeB: true }));
  });
  const logProbs = remember((role) =>
    role in given ? logSoftmax(logits(role)) : noGrad(() => logSoftmax(logits(role))),
  );
  return { ids, logits, logProbs };
}

interface Chunk {
  readonly start: number;
  readonly size: number;
}

function chunksOf(rows: number, size: number): readonly Chunk[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
    start: i * size,
    size: Math.min(size, rows - i * size),
  }));
}

const rowsFrom = (x: tf.Tensor, { start, size }: Chunk): tf.Tensor =>
  x.shape[0] === size ? x : tf.slice(x, [start, ...x.shape.slice(1).map(() => 0)], [size, ...x.shape.slice(1)]);

function chunkModels(models: Readonly<Record<string, VocabularyModel>>, chunk: Chunk): Record<string, VocabularyModel> {
  return Object.fromEntries(
    Object.entries(models).map(([role, { hidden, unembedding }]) => [
      role,
      { hidden: rowsFrom(hidden, chunk) as tf.Tensor2D, unembedding },
    ]),
  );
}

/** Gradients of Σ_k Σ_r dy[k,r]·reduction_k(r) with respect to the trained model's hidden states and unembedding. */
function backward(
  input: Required<VocabularyPassInput>,
  reductions: readonly VocabularyReduction[],
  dy: tf.Tensor,
): tf.Tensor[] {
  const { models, ids, trained, chunkRows } = input;
  const { hidden, unembedding } = models[trained] as VocabularyModel;
  // Wasm would transpose the unembedding, or pack it, once a chunk.
  const across = tf.getBackend() === "wasm" ? tf.transpose(unembedding) : undefined;
  const dHidden: tf.Tensor2D[] = [];
  let dUnembedding: tf.Tensor | undefined;
  for (const chunk of chunksOf(ids.shape[0], chunkRows)) {
    const [dRows, dWeight] = tf.tidy(() => {
      const parts = chunkModels(models, chunk);
      const part = parts[trained] as VocabularyModel;
      const slopes = tf.unstack(tf.slice(dy, [0, chunk.start], [-1, chunk.size]));
      const chunkIds = rowsFrom(ids, chunk) as tf.Tensor1D;
      const total = (logits: tf.Tensor): tf.Tensor => {
        const rows = rowsOf(parts, chunkIds, { [trained]: logits });
        return tf.addN(reductions.map(({ reduce }, k) => tf.sum(tf.mul(reduce(rows), slopes[k]!))));
      };
      const logits = product(part.hidden, part.unembedding, { transposeB: true });
      const dLogits = restoringTape(() => tf.grad(total)(logits));
      logits.dispose();
      const more = product(dLogits, part.hidden, { transposeA: true });
      const dPart =
        across === undefined ? product(dLogits, part.unembedding) : product(dLogits, across, { transposeB: true });
      return [dPart, dUnembedding === undefined ? more : tf.add(dUnembedding, more)];
    });
    dUnembedding?.dispose();
    dUnembedding = dWeight;
    dHidden.push(dRows as tf.Tensor2D);
  }
  across?.dispose();
  if (dUnembedding === undefined) return [tf.zerosLike(hidden), tf.zerosLike(unembedding)];
  return [dHidden.length === 1 ? dHidden[0]! : tf.concat(dHidden, 0), dUnembedding];
}

/** The values of all reductions, each [R], off the tape. */
function forward({ models, ids, reductions, chunkRows }: Required<VocabularyPassInput>): tf.Tensor1D[] {
  const perChunk = chunksOf(ids.shape[0], chunkRows).map((chunk) =>
    tf.tidy(() => {
      const rows = rowsOf(chunkModels(models, chunk), rowsFrom(ids, chunk) as tf.Tensor1D);
      return reductions.map(({ reduce }) => {
        const value = reduce(rows);
        if (value.rank === 1 && value.shape[0] === chunk.size) return tf.clone(value) as tf.Tensor1D;
        throw new TokenwiseError(
          "TW_E_SHAPE",
          `a vocabulary reduction of ${chunk.size} rows returned [${value.shape}], not [${chunk.size}]`,
        );
      });
    }),
  );
  return reductions.map((_, k) =>
    perChunk.length === 1 ? perChunk[0]![k]! : tf.concat1d(perChunk.map((values) => values[k]!)),
  );
}

/**
 * One pass over the vocabulary, in chunks of rows, that serves all reductions: memory does not grow with R·V. The backward pass computes
 * each chunk's logits again. Reductions without a gradient never enter it.
 *
 * @returns for each reduction [R]; with a gradient to the trained model's `hidden` and `unembedding` where it declares one.
 * @throws TW_E_UNKNOWN_MODEL  if a reduction reads a model that is not among `models`, or the trained one is not.
 * @throws TW_E_SHAPE          if a reduction returns anything but one number a row.
 */
export function vocabularyPass(input: VocabularyPassInput): readonly tf.Tensor1D[] {
  const vocabulary = Math.max(...Object.values(input.models).map(({ unembedding }) => unembedding.shape[0]));
  const complete = { trained: "policy", chunkRows: Math.max(1, Math.floor(LOGITS_AT_A_TIME / vocabulary)), ...input };
  const { models, ids, reductions, trained } = complete;
  const values = noGrad(() => tf.tidy(() => forward(complete)));
  const tracked = reductions.flatMap(({ gradient }, k) => (gradient ? [k] : []));
  if (tracked.length === 0) return values;
  const model = models[trained];
  if (model === undefined)
    throw new TokenwiseError(
      "TW_E_UNKNOWN_MODEL",
      `gradients go to "${trained}", but the pass has ${Object.keys(models).join(", ")}`,
    );

  const roles = Object.keys(models);
  const all = differentiable(
    [model.hidden, model.unembedding],
    () => ({
      value: tf.stack(tracked.map((k) => values[k]!)),
      keep: [ids, ...roles.flatMap((role) => [models[role]!.hidden, models[role]!.unembedding])],
    }),
    (dy, [keptIds, ...kept]) => {
      const again = Object.fromEntries(
        roles.map((role, i) => [
          role,
          { hidden: kept[2 * i] as tf.Tensor2D, unembedding: kept[2 * i + 1] as tf.Tensor2D },
        ]),
      );
      return backward(
        { ...complete, ids: keptIds as tf.Tensor1D, models: again },
        tracked.map((k) => reductions[k]!),
        dy,
      );
    },
  );
  // Slices, because the gradient of unstack fails for a single row.
  return values.map((value, k) =>
    tracked.includes(k) ? tf.slice(all, [tracked.indexOf(k), 0], [1, -1]).as1D() : value,
  );
}
