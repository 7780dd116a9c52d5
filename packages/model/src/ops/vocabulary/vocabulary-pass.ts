import { noGrad, tf, TokenwiseError } from "@tokenwise/kit";
import { differentiable, isRecording } from "../tape.ts";
import { backward } from "./backward.ts";
import { modelNamed, type VocabularyModels } from "./chunk.ts";
import { forward, type Remains } from "./forward.ts";
import { planPass, type VocabularyPassInput } from "./pass.ts";

export type { VocabularyPassInput, VocabularyReduction } from "./pass.ts";

/** What the tape keeps, as a list, and back. */
const listed = (ids: tf.Tensor1D, models: VocabularyModels, remains: readonly Remains[]): tf.Tensor[] => [
  ids,
  ...Object.values(models).flatMap(({ hidden, unembedding }) => [hidden, unembedding]),
  ...remains.flatMap(({ extras, logits }) => [...extras, ...Object.values(logits)]),
];

function restored(kept: readonly tf.Tensor[], models: VocabularyModels, remains: readonly Remains[]) {
  let at = 0;
  const next = () => kept[at++]!;
  const named = <T>(like: Readonly<Record<string, unknown>>, make: () => T): Record<string, T> =>
    Object.fromEntries(Object.keys(like).map((name) => [name, make()]));
  return {
    ids: next() as tf.Tensor1D,
    models: named(models, () => ({ hidden: next() as tf.Tensor2D, unembedding: next() as tf.Tensor2D })),
    remains: remains.map(({ extras, logits }) => ({ extras: extras.map(next), logits: named(logits, next) })),
  };
}

/**
 * One pass over the vocabulary, in chunks of rows, that serves all reductions: memory does not grow with R·V. The backward pass computes
 * each chunk's logits again, unless a backend with closed forms had room to keep them. Reductions without a gradient never enter it.
 *
 * @returns for each reduction [R]; with a gradient to the trained model's `hidden` and `unembedding` where it declares one.
 * @throws TW_E_UNKNOWN_MODEL  if a reduction reads a model that is not among `models`, or the trained one is not.
 * @throws TW_E_SHAPE          if there are no rows, or a reduction returns anything but one number a row.
 */
export function vocabularyPass(input: VocabularyPassInput): readonly tf.Tensor1D[] {
  const { models, ids } = input;
  if (ids.shape[0] === 0) throw new TokenwiseError("TW_E_SHAPE", "a vocabulary pass over no rows");
  return tf.tidy(() => {
    const pass = planPass(input);
    const records = pass.tracked.length > 0 && isRecording();
    const { values, remains } = noGrad(() => forward(pass, records));
    if (!records) return [...values];

    const { hidden, unembedding } = modelNamed(models, pass.trained);
    const all = differentiable(
      [hidden, unembedding],
      () => ({ value: tf.stack(pass.tracked.map((k) => values[k]!)), keep: listed(ids, models, remains) }),
      (dy, kept) => {
        const again = restored(kept, models, remains);
        return backward({ ...pass, ids: again.ids, models: again.models }, again.remains, dy);
      },
    );
    // Slices, because the gradient of unstack fails for a single row.
    const row = (k: number) => tf.slice(all, [k, 0], [1, -1]).as1D();
    return values.map((value, k) => (pass.tracked.includes(k) ? row(pass.tracked.indexOf(k)) : value));
  });
}
