/** What the backend `native` can be told: nothing that another backend would silently ignore. */
import { tf, TokenwiseError } from "@tokenwise/kit";

/** Of matrix products: float32, or operands rounded to bfloat16 and summed in float32. */
export type Precision = "f32" | "bf16";

export interface BackendOptions {
  /** Threads that compute; default: the processors that the process may use. The last bits of results depend on it. */
  readonly threads?: number | undefined;
  /** Default: f32. */
  readonly precision?: Precision | undefined;
}

type Native = typeof import("@tokenwise/tfjs-backend-native");

let native: Native | undefined;

/** Imports and loads it. @throws its coded errors */
export async function loadNative(): Promise<void> {
  const found = await import("@tokenwise/tfjs-backend-native");
  found.loadAddon();
  native = found;
}

const given = (options: BackendOptions): readonly string[] =>
  Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name]));

/** @throws TW_E_BACKEND_OPTION  if options are given that this backend does not have */
export function refuseOptions(backend: string, options: BackendOptions): void {
  const [first] = given(options);
  if (first === undefined || backend === "native") return;
  throw new TokenwiseError(
    "TW_E_BACKEND_OPTION",
    `${given(options).join(" and ")} cannot be set on the backend "${backend}"`,
    {
      hint: 'the backend "native" has them; leave them out on others',
    },
  );
}

/**
 * Sets what is given and leaves the rest.
 *
 * @throws TW_E_BACKEND_OPTION  for a value out of range, or a precision that this processor does not have
 */
export function setNativeOptions({ threads, precision }: BackendOptions): void {
  try {
    if (threads !== undefined) native?.configure({ threads });
    if (precision !== undefined) native?.setPrecision(precision);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new TokenwiseError("TW_E_BACKEND_OPTION", message, {
      hint: "npx tokenwise doctor says what this machine has",
      cause,
    });
  }
}

export type NativeDescription = ReturnType<Native["describeNative"]>;

/** What the backend `native` is on this machine; undefined before it was used. */
export const describeNative = (): NativeDescription | undefined => native?.describeNative();

/** The current backend, with its precision where that is not float32: what numbers depend on. */
export function numerics(): string {
  const backend = tf.getBackend();
  const precision = backend === "native" ? native?.getPrecision() : undefined;
  return precision === undefined || precision === "f32" ? backend : `${backend} ${precision}`;
}
