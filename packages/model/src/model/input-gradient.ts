import { differentiate, noGrad, tf } from "@tokenwise/kit";
import { embedding } from "../ops/embedding.ts";
import { product } from "../ops/product.ts";
import { packTrees } from "../stream/pack-trees.ts";
import type { CausalModel, ForwardOptions } from "./causal-model.ts";

/**
 * How much each token of a sequence moves the largest logit of what would follow the whole sequence:
 *
 *   g_i = ∂(max_v logit_v after the last token) / ∂(input embedding of token i)
 *
 * The sequences share one stream but nothing in it, so that each row has the gradient of its own sequence alone. Parameters are constants:
 * no gradient of theirs comes of it. Call it where no tape is open: all but the result is freed before it returns.
 *
 * @returns [N,D], the rows of all sequences one after the other.
 * @throws TW_E_EMPTY_STREAM, TW_E_TOKEN_RANGE, TW_E_CONTEXT_LENGTH
 */
export function inputGradient(
  model: CausalModel,
  sequences: readonly Int32Array[],
  { recompute = false }: Pick<ForwardOptions, "recompute"> = {},
): tf.Tensor2D {
  const stream = packTrees(sequences.map((prefix) => ({ prefix, branches: [] })));
  const last = stream.trees.map(({ prefix }) => prefix.start + prefix.length - 1);
  return tf.tidy(() => {
    const ids = tf.tensor1d(stream.ids, "int32");
    const embeddings = embedding(model.parameters.get("model.embed_tokens.weight")!, ids);
    const target = (): tf.Scalar => {
      const { hidden } = model.forward(stream, { recompute, embeddings });
      return tf.sum(
        tf.mul(
          hidden,
          noGrad(() => largestLogits(hidden, last, model)),
        ),
      );
    };
    return differentiate(target, [embeddings]).grads[0] as tf.Tensor2D;
  });
}

/** At the last row of each sequence the unembedding of its largest logit (the first of equals), elsewhere 0: [N,D]. */
function largestLogits(hidden: tf.Tensor2D, last: readonly number[], { unembedding }: CausalModel): tf.Tensor2D {
  const rows = tf.tensor2d([...last], [last.length, 1], "int32");
  const logits = product(tf.gatherND(hidden, rows), unembedding, { transposeB: true });
  const largest = tf.reshape(tf.argMax(logits, 1), [-1, 1]);
  return tf.scatterND(rows, tf.gatherND(unembedding, largest), hidden.shape);
}
