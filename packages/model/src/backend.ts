import { tf, TokenwiseError } from "@tokenwise/kit";
import { folderVariable } from "./tensorflow/find-tensorflow.ts";
import { registerTensorflow } from "./tensorflow/register-tensorflow.ts";

export type BackendName = "wasm" | "cpu" | "tensorflow";

/** How a backend comes to be registered: the package is imported only when asked for. `cpu` is part of TensorFlow.js. */
const register: Readonly<Record<BackendName, () => unknown>> = {
  tensorflow: registerTensorflow,
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
  cpu: () => undefined,
};

async function initialize(name: BackendName): Promise<BackendName> {
  const asBefore = tf.env().getBool("IS_TEST");
  try {
    // At the first tensor the cpu backend prints an advertisement for the Node package, unless it believes to be tested.
    tf.env().set("IS_TEST", true);
    await register[name]();
    if (!(await tf.setBackend(name))) throw new Error("setBackend refused it");
    await tf.ready();
    tf.scalar(0).dispose();
    return name;
  } catch (cause) {
    throw unavailable(name, cause);
  } finally {
    tf.env().set("IS_TEST", asBefore);
  }
}

function unavailable(name: BackendName, cause: unknown): TokenwiseError {
  const hint =
    name === "tensorflow"
      ? `npm install @tensorflow/tfjs-node (or -node-gpu), or build it with tools/build-tfjs-node and name the folder in ${folderVariable}; or use another backend`
      : "use another backend";
  return new TokenwiseError(
    "TW_E_BACKEND_UNAVAILABLE",
    `the TensorFlow.js backend "${name}" cannot be initialized here`,
    { hint, cause },
  );
}

let chosen: BackendName | undefined;

/** The backend that `useBackend` made the current one, if it was called. */
export const currentBackend = (): BackendName | undefined => chosen;

/**
 * Registers and initializes a backend and makes it the current one.
 *
 * @param name  "auto": tensorflow if it is installed, else wasm, else cpu
 * @throws TW_E_BACKEND_UNAVAILABLE
 */
export async function useBackend(name: BackendName | "auto"): Promise<BackendName> {
  chosen = await firstAvailable(name);
  return chosen;
}

async function firstAvailable(name: BackendName | "auto"): Promise<BackendName> {
  if (name !== "auto") return initialize(name);
  const order: readonly BackendName[] = ["tensorflow", "wasm"];
  for (const candidate of order) {
    try {
      return await initialize(candidate);
    } catch (error) {
      if (!TokenwiseError.is(error)) throw error;
    }
  }
  return initialize("cpu");
}
