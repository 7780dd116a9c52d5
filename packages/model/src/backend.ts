import { tf, TokenwiseError } from "@tokenwise/kit";
import { loadNative, refuseOptions, setNativeOptions, type BackendOptions } from "./native-options.ts";
import { folderVariable } from "./tensorflow/find-tensorflow.ts";
import { registerTensorflow } from "./tensorflow/register-tensorflow.ts";

export type BackendName = "native" | "wasm" | "cpu" | "tensorflow";

/** How a backend comes to be registered: the package is imported only when asked for. `cpu` is part of TensorFlow.js. */
const register: Readonly<Record<BackendName, () => unknown>> = {
  tensorflow: registerTensorflow,
  native: loadNative,
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

/** What brings a backend that is not there. */
const remedies: Readonly<Partial<Record<BackendName, string>>> = {
  tensorflow: `npm install @tensorflow/tfjs-node (or -node-gpu), or build it with tools/build-tfjs-node and name the folder in ${folderVariable}`,
  native: "npx tfjs-backend-native-build, which compiles it",
};

const remedyFor = (name: BackendName, cause: unknown): string | undefined =>
  isLeftOut(cause) ? "npm install @tokenwise/tfjs-backend-native" : remedies[name];

/** Whether the package of `native` is not there: it is an optional dependency. */
const isLeftOut = (cause: unknown): boolean =>
  cause instanceof Error &&
  (cause as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND" &&
  cause.message.includes("@tokenwise/tfjs-backend-native");

function unavailable(name: BackendName, cause: unknown): TokenwiseError {
  const remedy = remedyFor(name, cause);
  return new TokenwiseError(
    "TW_E_BACKEND_UNAVAILABLE",
    `the TensorFlow.js backend "${name}" cannot be initialized here`,
    { hint: `${remedy === undefined ? "" : `${remedy}, or `}use another backend`, cause },
  );
}

let chosen: BackendName | undefined;

/** The backend that `useBackend` made the current one, if it was called. */
export const currentBackend = (): BackendName | undefined => chosen;

/**
 * Registers and initializes a backend and makes it the current one.
 *
 * @param name  "auto": tensorflow if it is installed, else native if its addon loads, else wasm (which it says), else cpu
 * @param options  of `native`; what is not given stays as it is
 * @throws TW_E_BACKEND_UNAVAILABLE
 * @throws TW_E_BACKEND_OPTION  for options that the backend does not have, or values that this machine does not have
 */
export async function useBackend(name: BackendName | "auto", options: BackendOptions = {}): Promise<BackendName> {
  if (name !== "auto") refuseOptions(name, options);
  const available = await firstAvailable(name);
  refuseOptions(available, options);
  chosen = available;
  if (available === "native") setNativeOptions(options);
  return available;
}

let saidSlower = false;

async function firstAvailable(name: BackendName | "auto"): Promise<BackendName> {
  if (name !== "auto") return initialize(name);
  const order: readonly BackendName[] = ["tensorflow", "native", "wasm"];
  for (const candidate of order) {
    try {
      return await initialize(candidate);
    } catch (error) {
      if (!TokenwiseError.is(error)) throw error;
      if (candidate === "native") saySlower(error);
    }
  }
  return initialize("cpu");
}

/** Once: that it could be faster, and what to do. */
function saySlower({ cause }: TokenwiseError): void {
  if (!saidSlower)
    console.warn(
      `The backend "native" is not available, and without it everything is several times slower: ${remedyFor("native", cause)} (npx tokenwise doctor says more)`,
    );
  saidSlower = true;
}
