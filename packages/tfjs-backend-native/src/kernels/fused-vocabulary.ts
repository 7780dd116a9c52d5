/**
 * Reductions of logits over the vocabulary, all of them in one sweep over each row.
 *
 *   FusedVocabulary      inputs: ids int32 [n], logits0 … of each model [n,V]; attributes: models (how many), reductions
 *                        → [values [k,n], statistics]
 *   FusedVocabularyGrad  inputs: dy [j,n] of the first j reductions, ids, logits of the models that these read, extra0 (the statistics);
 *                        attributes: models, reductions, trained (the index of a model) → [Σ dy · gradients by the trained model's logits
 *                        [n,V]], in the place of these logits if nobody else holds them
 *   FusedAddProduct      inputs: sum [V,D], a [n,V], b [n,D] → [sum + aᵀ·b], in the place of the sum if nobody else holds it
 */
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import type { NativeBackend } from "../backend.ts";
import { kernel } from "../kernel.ts";
import { flagsOf } from "../matrix-product.ts";
import { precisionNumber } from "../precision.ts";

/** As in native/kernels/vocabulary.h. */
const forms = ["log-prob", "entropy", "log-sum-squares", "divergence", "tilted-log-prob"] as const;

export interface FusedReduction {
  readonly form: (typeof forms)[number];
  /** Index of the model whose logits are f. */
  readonly of: number;
  /** Index of the model whose logits are g: of a divergence, and of tilted logits f + tilt·(f − g). */
  readonly against?: number;
  readonly tilt?: number;
}

interface Reductions {
  readonly models: number;
  readonly reductions: readonly FusedReduction[];
}

function encoded(reductions: readonly FusedReduction[]) {
  return {
    numbers: Int32Array.from(reductions.flatMap(({ form, of, against = of }) => [forms.indexOf(form), of, against])),
    tilts: Float32Array.from(reductions, ({ tilt = 0 }) => tilt),
  };
}

/** The logits of each model; in the place of those that are left out, which no kernel reads, the trained one's. */
const logitsOf = (inputs: Readonly<Record<string, TensorInfo>>, { models }: Reductions, trained = 0): TensorInfo[] =>
  Array.from({ length: models }, (_, m) => inputs[`logits${m}`] ?? inputs[`logits${trained}`]!);

/** The flag of `multiply`: the product is added to what is there. */
const addedTo = 4;

/** Where a result goes that may take the place of an input. */
function inPlaceOf(input: TensorInfo, backend: NativeBackend) {
  const values = backend.writable(input, "float32");
  if (values === undefined) return { ...backend.allocate(input.shape), inPlace: false };
  backend.incRef(input.dataId);
  return { info: { dataId: input.dataId, shape: input.shape, dtype: input.dtype }, values, inPlace: true };
}

export const fusedVocabularyKernels: readonly KernelConfig[] = [
  kernel<Reductions>("FusedVocabulary", ({ inputs, attributes, backend }) => {
    const { reductions } = attributes;
    const logits = logitsOf(inputs, attributes);
    const [rows, columns] = logits[0]!.shape as [number, number];
    const { numbers, tilts } = encoded(reductions);
    const values = backend.allocate([reductions.length, rows]);
    const statistics = backend.allocate([rows, 2 * (logits.length + reductions.length)]);
    addon().reduceVocabulary(
      rows,
      columns,
      backend.intsOf(inputs.ids!),
      numbers,
      tilts,
      values.values,
      statistics.values,
      ...logits.map((info) => backend.floatsOf(info)),
    );
    return [values.info, statistics.info];
  }),

  kernel<Reductions & { readonly trained: number }>("FusedVocabularyGrad", ({ inputs, attributes, backend }) => {
    const logits = logitsOf(inputs, attributes, attributes.trained);
    const [rows, columns] = logits[0]!.shape as [number, number];
    const { numbers, tilts } = encoded(attributes.reductions);
    const given = logits.map((info) => backend.floatsOf(info));
    const slopes = new Float32Array(attributes.reductions.length * rows);
    slopes.set(backend.floatsOf(inputs.dy!));
    const out = inPlaceOf(logits[attributes.trained]!, backend);
    addon().differentiateVocabulary(
      rows,
      columns,
      backend.intsOf(inputs.ids!),
      numbers,
      tilts,
      attributes.trained,
      slopes,
      backend.floatsOf(inputs.extra0!),
      out.values,
      ...given,
    );
    return [out.info];
  }),

  kernel("FusedAddProduct", ({ inputs, backend }) => {
    const [sum, a, b] = [inputs.sum!, inputs.a!, inputs.b!];
    const [rows, wide] = a.shape as [number, number];
    const width = b.shape[1]!;
    const out = inPlaceOf(sum, backend);
    if (!out.inPlace) out.values.set(backend.floatsOf(sum));
    addon().multiply(
      backend.floatsOf(a),
      backend.floatsOf(b),
      out.values,
      wide,
      width,
      rows,
      flagsOf({ m: wide, n: width, k: rows, transposeA: true }) | addedTo,
      precisionNumber(),
    );
    return [out.info];
  }),
];
