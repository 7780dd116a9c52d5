/**
 * Reductions in closed form, which a backend computes in one sweep over the logits of a chunk if it registers these kernels (both, or the
 * functions run):
 *
 *   FusedVocabulary      inputs: ids int32 [n], logits0, logits1, … of each model [n,V]; attributes: models (how many), reductions
 *                        → [values [k,n], ...extras]
 *   FusedVocabularyGrad  inputs: dy [j,n] of the first j reductions, ids, logits of the models that these read, extra0, …; attributes: the
 *                        same, trained → [dLogits [n,V]] of the trained model, which may take the place of its logits
 *
 * `reductions` are closed forms with the indices of models in the place of roles. A third kernel, alone, spares a sum over chunks:
 *
 *   FusedAddProduct      inputs: sum [V,D], a [n,V], b [n,D] → [sum + aᵀ·b], which may take the place of `sum`
 */
import { tf, type ClosedForm, type Role } from "@tokenwise/kit";
import { isFused, isRegistered, runKernel } from "../fused.ts";
import { product } from "../product.ts";

export const hasClosedForms = (): boolean => isFused("FusedVocabulary");

/** The models that a reduction reads. */
export const rolesOf = (form: ClosedForm): readonly Role[] => ("against" in form ? [form.of, form.against] : [form.of]);

/** What the forward pass leaves for the gradient. */
export interface Reduced {
  /** [k,n]. */
  readonly values: tf.Tensor;
  readonly extras: readonly tf.Tensor[];
}

export interface ClosedForms {
  /** Those with a gradient first. */
  readonly forms: readonly ClosedForm[];
  /** All models that they read: their indices are the kernels'. */
  readonly roles: readonly Role[];
}

export const closedForms = (forms: readonly ClosedForm[]): ClosedForms => ({
  forms,
  roles: [...new Set(forms.flatMap(rolesOf))],
});

const attributesOf = ({ forms, roles }: ClosedForms) => ({
  models: roles.length,
  reductions: forms.map((form) => ({
    ...form,
    of: roles.indexOf(form.of),
    ...("against" in form ? { against: roles.indexOf(form.against) } : {}),
  })),
});

const inputsOf = (
  { roles }: ClosedForms,
  read: readonly Role[],
  ids: tf.Tensor,
  logits: (role: Role) => tf.Tensor,
) => ({
  ids,
  ...Object.fromEntries(read.map((role) => [`logits${roles.indexOf(role)}`, logits(role)])),
});

export function reduceForms(all: ClosedForms, ids: tf.Tensor, logits: (role: Role) => tf.Tensor): Reduced {
  const [values, ...extras] = runKernel("FusedVocabulary", inputsOf(all, all.roles, ids, logits), attributesOf(all));
  return { values: values!, extras };
}

/**
 * Σ dy · gradients by the trained model's logits [n,V]; these logits are void afterwards.
 *
 * @param dy  [j,n], of the first j forms
 */
export function differentiateForms(
  all: ClosedForms,
  trained: Role,
  dy: tf.Tensor,
  ids: tf.Tensor,
  logits: (role: Role) => tf.Tensor,
  extras: readonly tf.Tensor[],
): tf.Tensor {
  const read = [...new Set([trained, ...all.forms.slice(0, dy.shape[0]).flatMap(rolesReadFor(trained))])];
  const kept = Object.fromEntries(extras.map((extra, i) => [`extra${i}`, extra]));
  const [dLogits] = runKernel(
    "FusedVocabularyGrad",
    { ...inputsOf(all, read, ids, logits), dy, ...kept },
    { ...attributesOf(all), trained: all.roles.indexOf(trained) },
  );
  return dLogits!;
}

/** The models whose logits a form's gradient by the trained model's needs. */
export const rolesReadFor =
  (trained: Role) =>
  (form: ClosedForm): readonly Role[] => {
    const roles = rolesOf(form);
    return roles.includes(trained) ? roles : [];
  };

/** sum + aᵀ·b; `sum` is void afterwards, and disposed of. */
export function addProduct(sum: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const result = isRegistered("FusedAddProduct")
    ? runKernel("FusedAddProduct", { sum, a, b }, {})[0]!
    : tf.tidy(() => tf.add(sum, product(a, b, { transposeA: true })));
  sum.dispose();
  return result;
}
