import { relative } from "node:path";
import { addon, addonPath, packageFolder } from "./addon.ts";
import { poolStatistics, type PoolStatistics } from "./memory/memory-pool.ts";
import { getPrecision, type Precision } from "./precision.ts";

/** What this backend is on this machine. */
export interface NativeDescription {
  /** The addon's file: compiled here, or prebuilt. */
  readonly file: string;
  readonly origin: "compiled" | "prebuilt";
  readonly instructionSet: string;
  /** Those that the processor has, from the best. */
  readonly instructionSets: readonly string[];
  readonly threads: number;
  readonly precision: Precision;
  /** Whether precision may be bf16. */
  readonly hasBf16: boolean;
  /** What was switched off or could not be had when kernels were chosen; undefined if nothing. */
  readonly message?: string;
  readonly pool: PoolStatistics;
}

/** @throws ERR_NATIVE_NOT_BUILT, ERR_NATIVE_NOT_LOADED */
export function describeNative(): NativeDescription {
  const native = addon();
  const [file, message] = [addonPath(), native.dispatchMessage()];
  return {
    file,
    origin: relative(packageFolder, file).startsWith("build") ? "compiled" : "prebuilt",
    instructionSet: native.instructionSet(),
    instructionSets: native.instructionSets().split(" "),
    threads: native.threadCount(),
    precision: getPrecision(),
    hasBf16: native.hasBf16(),
    ...(message !== "" && { message }),
    pool: poolStatistics(),
  };
}
