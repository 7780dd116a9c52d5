/** Which backends work here, and how fast they multiply. */
import { tf, TokenwiseError } from "@tokenwise/kit";
import { useBackend, type BackendName } from "@tokenwise/model";

export type BackendReport =
  | {
      readonly name: BackendName;
      readonly works: true;
      readonly gigaflops: number;
      /** Of a sum of two numbers: what every operation costs, however small. */
      readonly microsecondsPerCall: number;
    }
  | { readonly name: BackendName; readonly works: false; readonly reason: string };

const names: readonly BackendName[] = ["tensorflow", "native", "wasm", "cpu"];

/** Side of the square matrices that are multiplied. */
const size = 256;

export async function checkBackends(): Promise<readonly BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const name of names) {
    try {
      await useBackend(name);
      reports.push({ name, works: true, gigaflops: timeProduct(), microsecondsPerCall: timeCall() });
    } catch (error) {
      reports.push({ name, works: false, reason: reasonOf(error) });
    }
  }
  return reports;
}

/** The faster of two products, in 10⁹ floating point operations per second: the first one warms up. */
function timeProduct(): number {
  return tf.tidy(() => {
    const [a, b] = [tf.randomUniform<tf.Rank.R2>([size, size], -1, 1, "float32", 1), tf.eye(size)];
    const times = [0, 1].map(() => {
      const started = performance.now();
      tf.matMul(a, b).dataSync();
      return (performance.now() - started) / 1000;
    });
    return (2 * size ** 3) / Math.min(...times) / 1e9;
  });
}

/** The best of several rounds, in microseconds. */
function timeCall(): number {
  const calls = 200;
  return tf.tidy(() => {
    const [x, y] = [tf.scalar(1), tf.scalar(2)];
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      for (let i = 0; i < calls; i++) tf.add(x, y).dispose();
      return ((performance.now() - started) / calls) * 1000;
    });
    return Math.min(...times);
  });
}

/** The innermost message, on one line and without the path of who asked. */
function reasonOf(error: unknown): string {
  if (TokenwiseError.is(error) && error.cause !== undefined) return reasonOf(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  return message.split(/\n| imported from /)[0] ?? "";
}
