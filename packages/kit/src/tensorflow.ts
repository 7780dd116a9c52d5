/**
 * The one module that imports TensorFlow.js. Everything else takes `tf` from here, so that there is one engine, one set of
 * gradients (`tfjs-core` alone registers none) and one place where a second copy shows.
 *
 * Copies of TensorFlow.js in one process share the engine of the first, with its tape, and the operations of the last: each
 * registers its kernels over those before. Where a backend is at work already they do not fit it (wasm: "wasmAdd is not a
 * function"); elsewhere they may be of another version than the one that was tested.
 */
import * as tf from "@tensorflow/tfjs";

export { tf };

const backends = ["cpu", "wasm", "tensorflow", "native"];

/** Every backend has this operation. */
const probe = "Identity";

const seen = new Map<string, unknown>();

/** The backends whose operations another copy of TensorFlow.js has replaced since this was first asked with them there. */
export function replacedBackends(): readonly string[] {
  return backends.filter((backend) => {
    const kernel = tf.getKernel(probe, backend) as tf.KernelConfig | undefined;
    if (!seen.has(backend) && kernel !== undefined) seen.set(backend, kernel);
    return seen.get(backend) !== kernel;
  });
}
replacedBackends();

/** False where another copy of TensorFlow.js was loaded before this one, and its engine is at work. */
export const usesOwnEngine = (): boolean => tf.env() instanceof tf.Environment;
