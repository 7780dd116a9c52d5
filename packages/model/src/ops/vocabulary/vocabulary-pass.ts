import { differentiate, noGrad, tf, TokenwiseError, type VocabularyRows } from "@tokenwise/kit";
import { isFused } from "../fused.ts";
import { linearBackward } from "../linear.ts";
import { product } from "../product.ts";
import { differentiable, isRecording, restoringTape } from "../tape.ts";
import { chunksOf, logitsOf, modelNamed, modelsOf, rowsOf, vocabularyRows, type VocabularyModels } from "./chunk.ts";

export interface VocabularyReduction {
  /** Whether the result carries a gradient to the trained model. */
  readonly gradient: boolean;
  /** [n,V] → [n]. */
  readonly reduce: (rows: VocabularyRows) => tf.Tensor;
}

export interface VocabularyPassInput {
  readonly models: VocabularyModels;
  /** The tokens picked, int32 [R]. */
  readonly ids: tf.Tensor1D;
  readonly reductions: readonly VocabularyReduction[];
  /** The model gradients flow to; all others are constants. Default "policy". */
  readonly trained?: string;
  /** Rows of logits held at a time. Default: as many as make 4 million logits. */
  readonly chunkRows?: number;
}

interface Pass {
  readonly models: VocabularyModels;
  readonly ids: tf.Tensor1D;
  readonly chunkRows: number;
}

const LOGITS_AT_A_TIME = 4_000_000;

function checkedValue(value: tf.Tensor, rows: number): tf.Tensor1D {
  if (value.rank === 1 && value.shape[0] === rows) return value as tf.Tensor1D;
  throw new TokenwiseError("TW_E_SHAPE", `a reduction of ${rows} rows returned [${value.shape}], not [${rows}]`);
}

/** The values of all reductions, each [R]. */
function forward({ models, ids, chunkRows }: Pass, reductions: readonly VocabularyReduction[]): tf.Tensor1D[] {
  const perChunk = chunksOf(ids.shape[0], chunkRows).map((chunk) =>
    tf.tidy(() => {
      const rows = vocabularyRows(modelsOf(models, chunk), rowsOf(ids, chunk));
      return reductions.map(({ reduce }) => checkedValue(reduce(rows), chunk.size));
    }),
  );
  return reductions.map((_, k) => tf.concat1d(perChunk.map((values) => values[k]!)));
}

/** The gradient of a scalar by x; zero where it does not depend on x, as a reduction that reads only constants (tf.grad would throw). */
function gradientOrZero(compute: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  const [gradient] = restoringTape(() => differentiate(() => compute(x) as tf.Scalar, [x])).grads;
  return gradient ?? tf.zerosLike(x);
}

/** Gradients of Σ_k Σ_r dy[k,r]·reduction_k(r) with respect to the trained model's hidden states and unembedding. */
function backward(
  { models, ids, chunkRows }: Pass,
  reductions: readonly VocabularyReduction[],
  trained: string,
  dy: tf.Tensor,
): [tf.Tensor, tf.Tensor] {
  const { unembedding } = modelNamed(models, trained);
  // Wasm would transpose the unembedding, or pack it, once a chunk.
  const across = tf.getBackend() === "wasm" && !isFused("FusedLinear") ? tf.transpose(unembedding) : undefined;
  const dHidden: tf.Tensor2D[] = [];
  let dUnembedding: tf.Tensor | undefined;
  for (const chunk of chunksOf(ids.shape[0], chunkRows)) {
    const [dRows, dSum] = tf.tidy(() => {
      const parts = modelsOf(models, chunk);
      const part = modelNamed(parts, trained);
      const weighted = (logits: tf.Tensor): tf.Tensor => {
        const rows = vocabularyRows(parts, rowsOf(ids, chunk), { role: trained, logits });
        const slope = (k: number) => tf.reshape(tf.slice(dy, [k, chunk.start], [1, chunk.size]), [chunk.size]);
        return tf.addN(reductions.map(({ reduce }, k) => tf.sum(tf.mul(reduce(rows), slope(k)))));
      };
      const dLogits = tf.tidy(() => gradientOrZero(weighted, logitsOf(part)));
      const [dPart, more] =
        across === undefined
          ? linearBackward(dLogits, part.hidden, unembedding)
          : [product(dLogits, across, { transposeB: true }), product(dLogits, part.hidden, { transposeA: true })];
      return [dPart, dUnembedding === undefined ? more : tf.add(dUnembedding, more)] as [tf.Tensor2D, tf.Tensor];
    });
    dUnembedding?.dispose();
    dUnembedding = dSum;
    dHidden.push(dRows);
  }
  across?.dispose();
  return [tf.concat(dHidden, 0), dUnembedding!];
}

/**
 * One pass over the vocabulary, in chunks of rows, that serves all reductions: memory does not grow with R·V. The backward pass computes
 * each chunk's logits again. Reductions without a gradient never enter it.
 *
 * @returns for each reduction [R]; with a gradient to the trained model's `hidden` and `unembedding` where it declares one.
 * @throws TW_E_UNKNOWN_MODEL  if a reduction reads a model that is not among `models`, or the trained one is not.
 * @throws TW_E_SHAPE          if there are no rows, or a reduction returns anything but one number a row.
 */
export function vocabularyPass(input: VocabularyPassInput): readonly tf.Tensor1D[] {
  const { models, ids, reductions, trained = "policy" } = input;
  if (ids.shape[0] === 0) throw new TokenwiseError("TW_E_SHAPE", "a vocabulary pass over no rows");
  const vocabulary = Math.max(...Object.values(models).map(({ unembedding }) => unembedding.shape[0]));
  const chunkRows = input.chunkRows ?? Math.max(1, Math.floor(LOGITS_AT_A_TIME / vocabulary));
  return tf.tidy(() => {
    const values = noGrad(() => forward({ models, ids, chunkRows }, reductions));
    const tracked = reductions.flatMap(({ gradient }, k) => (gradient ? [k] : []));
    if (tracked.length === 0 || !isRecording()) return values;

    const roles = Object.keys(models);
    const { hidden, unembedding } = modelNamed(models, trained);
    const all = differentiable(
      [hidden, unembedding],
      () => ({
        value: tf.stack(tracked.map((k) => values[k]!)),
        keep: [ids, ...roles.flatMap((role) => [models[role]!.hidden, models[role]!.unembedding])],
      }),
      (dy, [keptIds, ...kept]) => {
        const keptModel = (i: number) => ({ hidden: kept[2 * i], unembedding: kept[2 * i + 1] });
        const again = Object.fromEntries(roles.map((role, i) => [role, keptModel(i)])) as VocabularyModels;
        const pass = { models: again, ids: keptIds as tf.Tensor1D, chunkRows };
        return backward(pass, tracked.map((k) => reductions[k]!), trained, dy); // prettier-ignore
      },
    );
    // Slices, because the gradient of unstack fails for a single row.
    const row = (k: number) => tf.slice(all, [k, 0], [1, -1]).as1D();
    return values.map((value, k) => (tracked.includes(k) ? row(tracked.indexOf(k)) : value));
  });
}
