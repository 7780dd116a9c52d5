/** How the backend `tensorflow` comes to be registered: with the copy of TensorFlow.js that the kit uses, and no other. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { tf } from "@tokenwise/kit";
import { findTensorflow, folderOf, folderVariable, type TensorflowBinding } from "./find-tensorflow.ts";

/**
 * Loads the binding, once a process.
 *
 * @throws Error if there is none, if it has another copy of TensorFlow.js than the kit, or if its libraries cannot be loaded
 */
export function registerTensorflow(): void {
  if ("tensorflow" in tf.engine().registryFactory) return;
  const binding = findTensorflow();
  if (binding === undefined)
    throw new Error(`no @tensorflow/tfjs-node here, and ${folderVariable} names no folder with its binding`);
  // Read by libtensorflow when it is loaded. Its oneDNN kernels double batched products; of its log, errors remain.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const load = createRequire(join(binding.folder, "package.json"));
  if (binding.by === folderVariable) {
    (load("./index.cjs") as (tfjs: typeof tf) => void)(tf);
    return;
  }
  refuseSecondCopy(binding);
  load(binding.folder);
}

/** What the backend computes on, once it was used: the first GPU, where libtensorflow finds one and its driver. */
export function tensorflowDevice(): "GPU" | "CPU" {
  const backend = tf.findBackend("tensorflow") as { readonly isUsingGpuDevice?: boolean } | null;
  return backend?.isUsingGpuDevice === true ? "GPU" : "CPU";
}

/** The package imports TensorFlow.js itself: a second copy of it would replace the operations of the first. */
export function refuseSecondCopy({ by, folder }: TensorflowBinding): void {
  const kit = folderOf("@tokenwise/kit", import.meta.url);
  const ours = kit && folderOf("@tensorflow/tfjs", join(kit, "package.json"));
  const theirs = folderOf("@tensorflow/tfjs", join(folder, "package.json"));
  if (ours === undefined || ours === theirs) return;
  throw new Error(
    `${by} uses the copy of TensorFlow.js in ${theirs ?? "no folder"}, Tokenwise the one in ${ours}; npm dedupe makes them one`,
  );
}
