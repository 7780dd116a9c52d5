import { differentiate, tf } from "@tokenwise/kit";
import { isFused } from "../fused.ts";
import { linearBackward } from "../linear.ts";
import { product } from "../product.ts";
import { restoringTape } from "../tape.ts";
import { logitsOf, modelNamed, modelsOf, rowsOf, vocabularyRows, type Chunk, type Logits } from "./chunk.ts";
import { addProduct, differentiateForms, rolesReadFor } from "./closed-forms.ts";
import type { Remains } from "./forward.ts";
import type { Pass } from "./pass.ts";

/** The gradient of a scalar by x; zero where it does not depend on x, as a reduction that reads only constants (tf.grad would throw). */
function gradientOrZero(compute: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  const [gradient] = restoringTape(() => differentiate(() => compute(x) as tf.Scalar, [x])).grads;
  return gradient ?? tf.zerosLike(x);
}

/** The gradient of Σ_k Σ_r dy[k,r]·reduction_k(r) by a chunk's logits of the trained model. */
function logitsGradient(pass: Pass, chunk: Chunk, remains: Remains, dy: tf.Tensor): tf.Tensor {
  const { ids, trained, reductions, tracked, asFunctions, inClosedForm, closed } = pass;
  const models = modelsOf(pass.models, chunk);
  const chunkIds = rowsOf(ids, chunk);
  const logits = remains.logits[trained] ?? logitsOf(modelNamed(models, trained));
  const slope = (k: number) => tf.slice(dy, [tracked.indexOf(k), chunk.start], [1, chunk.size]);

  const byFunctions = (known: Logits): tf.Tensor | undefined => {
    const functions = asFunctions.filter((k) => tracked.includes(k));
    if (functions.length === 0) return undefined;
    const weighted = (given: tf.Tensor): tf.Tensor => {
      const rows = vocabularyRows(models, chunkIds, known, { role: trained, logits: given });
      const weigh = (k: number) => tf.sum(tf.mul(reductions[k]!.reduce(rows), tf.reshape(slope(k), [chunk.size])));
      return tf.addN(functions.map(weigh));
    };
    return tf.tidy(() => gradientOrZero(weighted, logits));
  };

  const forms = inClosedForm.filter((k) => tracked.includes(k));
  const roles = forms.flatMap((k) => rolesReadFor(trained)(reductions[k]!.closedForm!));
  if (roles.length === 0) return byFunctions(remains.logits) ?? tf.zerosLike(logits);
  const rows = vocabularyRows(models, chunkIds, { ...remains.logits, [trained]: logits });
  const known = Object.fromEntries(roles.map((role) => [role, rows.logits(role)]));
  // The functions first: the logits are overwritten by the closed forms.
  const others = byFunctions(known);
  const slopes = tf.concat(forms.map(slope), 0);
  const own = differentiateForms(closed, trained, slopes, chunkIds, (role) => known[role]!, remains.extras);
  return others === undefined ? own : tf.add(own, others);
}

/** Gradients of Σ_k Σ_r dy[k,r]·reduction_k(r) with respect to the trained model's hidden states and unembedding. */
export function backward(pass: Pass, remains: readonly Remains[], dy: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const { hidden, unembedding } = modelNamed(pass.models, pass.trained);
  // Wasm would transpose the unembedding, or pack it, once a chunk.
  const across = tf.getBackend() === "wasm" && !isFused("FusedLinear") ? tf.transpose(unembedding) : undefined;
  const dHidden: tf.Tensor2D[] = [];
  let dUnembedding: tf.Tensor | undefined;
  pass.chunks.forEach((chunk, i) => {
    const [dRows, dSum] = tf.tidy(() => {
      const dLogits = tf.tidy(() => logitsGradient(pass, chunk, remains[i]!, dy));
      // They may be the gradient by now: nobody reads them again.
      tf.dispose({ ...remains[i]!.logits });
      const part = rowsOf(hidden, chunk);
      const before = dUnembedding;
      if (across !== undefined) {
        const more = product(dLogits, part, { transposeA: true });
        const sum = before === undefined ? more : tf.add(before, more);
        return [product(dLogits, across, { transposeB: true }), sum];
      }
      if (before === undefined) return [...linearBackward(dLogits, part, unembedding)] as [tf.Tensor2D, tf.Tensor];
      return [product(dLogits, unembedding), addProduct(before, dLogits, part)];
    });
    dUnembedding?.dispose();
    dUnembedding = dSum;
    dHidden.push(dRows);
  });
  across?.dispose();
  return [tf.concat(dHidden, 0), dUnembedding!];
}
