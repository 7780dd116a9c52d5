/** Importing it registers the TensorFlow.js backend `native`. */
import { register } from "./register.ts";

register();

export { addonPath, loadAddon } from "./addon.ts";
export { NativeBackend } from "./backend.ts";
export { configure, threadCount, type NativeOptions } from "./configure.ts";
export { fromBf16, fromF16, toBf16, toF16 } from "./half-precision.ts";
export { describeNative, type NativeDescription } from "./describe.ts";
export { emptyPool, poolStatistics, type PoolStatistics } from "./memory/memory-pool.ts";
export { NativeError, type NativeErrorCode } from "./native-error.ts";
export { getPrecision, setPrecision, type Precision } from "./precision.ts";
