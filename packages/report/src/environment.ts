import { availableParallelism, cpus, totalmem } from "node:os";
import { tf } from "@tokenwise/kit";
import type { Environment } from "./report.ts";

/** Where this process runs, for a run's record. @param given  what only the caller knows: backend, seed, command. */
export const environment = (given: Environment = {}): Environment => ({
  ...given,
  node: process.version,
  "TensorFlow.js": tf.version_core,
  platform: `${process.platform} ${process.arch}`,
  processor: `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores`,
  memory: `${(totalmem() / 1e9).toFixed(1)} GB`,
  started: new Date().toISOString(),
});
