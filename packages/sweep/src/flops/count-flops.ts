import { tf, TokenwiseError } from "@tokenwise/kit";
import { productsOf } from "./products.ts";

export interface CountedFlops<Value> {
  /** Floating-point operations of matrix products, two for each multiply-add. */
  readonly flops: number;
  /** The same by the kernel that multiplied, without kernels that did not run. */
  readonly byKernel: Readonly<Record<string, number>>;
  /** What the function gives. */
  readonly value: Value;
}

let isCounting = false;

/** Wraps the kernels that multiply; what is given back puts them as they were. */
function watch(backend: string, onProduct: (kernel: string, flops: number) => void): () => void {
  // A kernel that runs others to do its work has counted theirs.
  let depth = 0;
  const configs = tf.getKernelsForBackend(backend).filter(({ kernelName }) => productsOf.has(kernelName));
  const put = (config: tf.KernelConfig) => {
    tf.unregisterKernel(config.kernelName, backend);
    tf.registerKernel(config);
  };
  for (const config of configs) {
    const { kernelName, kernelFunc } = config;
    const flopsOf = productsOf.get(kernelName)!;
    put({
      ...config,
      kernelFunc: (call) => {
        depth += 1;
        try {
          const result = kernelFunc(call);
          if (depth === 1) onProduct(kernelName, flopsOf({ inputs: call.inputs, attributes: call.attrs ?? {} }));
          return result;
        } finally {
          depth -= 1;
        }
      },
    });
  }
  return () => configs.forEach(put);
}

/**
 * The floating-point operations of the matrix products that this process executes on the current backend while a function runs: counted as
 * kernels run, from the shapes that they are given, whatever the method is said to cost.
 *
 * Counted is what is executed. What a backend computes again for a gradient counts again. Attention by composites (cpu, wasm, tensorflow)
 * multiplies masked pairs too, and they count, as does the product by which rotary positions turn there; the native kernels of attention count
 * the pairs that a row sees, and not what a block of keys computes beyond them. Not counted: elementwise operations, reductions, gathers, convolutions (nothing here has one), and other processes.
 *
 * @param run  everything that is awaited inside counts, and so does whatever else the process multiplies meanwhile. It is given how many there
 *   were so far.
 * @throws TW_E_COUNT_FLOPS  if another count is running, before the function is called, or if it left another backend in use, whose products
 *   were not seen. What the function throws is thrown on; the kernels are as they were in every case.
 */
export async function countFlops<Value>(
  run: (soFar: () => number) => Value | Promise<Value>,
): Promise<CountedFlops<Value>> {
  if (isCounting)
    throw new TokenwiseError("TW_E_COUNT_FLOPS", "FLOPs are being counted already", {
      hint: "await one count before the next begins; the products of an inner one are among the outer one's",
    });
  const backend = tf.getBackend();
  const byKernel: Record<string, number> = {};
  isCounting = true;
  const restore = watch(backend, (kernel, flops) => {
    byKernel[kernel] = (byKernel[kernel] ?? 0) + flops;
  });
  const soFar = () => Object.values(byKernel).reduce((sum, flops) => sum + flops, 0);
  let value: Value;
  try {
    value = await run(soFar);
  } finally {
    restore();
    isCounting = false;
  }
  if (tf.getBackend() !== backend)
    throw new TokenwiseError("TW_E_COUNT_FLOPS", `the backend changed from ${backend} to ${tf.getBackend()}`, {
      hint: "choose the backend before the count begins",
    });
  return { flops: soFar(), byKernel, value };
}
