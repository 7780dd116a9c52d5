/** Where the time of a step goes: kernels wrapped by a clock. */
import { tf } from "@tokenwise/kit";

export interface KernelTime {
  readonly kernel: string;
  calls: number;
  /** Milliseconds, without kernels that it calls through the engine. */
  time: number;
}

/** Times every kernel of the current backend from now on. */
export function profileKernels(): readonly KernelTime[] {
  const times: KernelTime[] = [];
  for (const config of tf.getKernelsForBackend(tf.getBackend())) {
    const entry: KernelTime = { kernel: config.kernelName, calls: 0, time: 0 };
    times.push(entry);
    const timed: tf.KernelConfig = {
      ...config,
      kernelFunc: (given) => {
        const started = performance.now();
        const result = config.kernelFunc(given);
        entry.time += performance.now() - started;
        entry.calls += 1;
        return result;
      },
    };
    tf.unregisterKernel(config.kernelName, config.backendName);
    tf.registerKernel(timed);
  }
  return times;
}
