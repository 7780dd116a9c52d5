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

/** Sides of the square matrices that are multiplied: the large ones where the small ones take less than `enough` milliseconds. */
const [small, large, enough] = [256, 1024, 5];

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

/** What `auto` takes of these, and why. */
export function chosenOf(reports: readonly BackendReport[]): string {
  const works = (name: BackendName): boolean => reports.some((report) => report.name === name && report.works);
  if (works("tensorflow")) return "tensorflow: it is only here by choice";
  if (works("native")) return "native: it is the fastest on a processor";
  return works("wasm") ? "wasm, because native does not work here" : "cpu, because nothing else works here";
}

/** What to expect of a backend, beside its speed. */
export const slowOn: Readonly<Partial<Record<BackendName, string>>> = {
  wasm: "one thread, slow with transposed and batched products, 4 GB at most",
  cpu: "plain JavaScript, for tests",
};

/** In 10⁹ floating point operations per second. */
function timeProduct(): number {
  const first = secondsOfProduct(small);
  return first * 1000 < enough ? (2 * large ** 3) / secondsOfProduct(large) / 1e9 : (2 * small ** 3) / first / 1e9;
}

/** Of the fastest of five: the first one warms up. One number is read, so that backends that compute later have computed. */
const secondsOfProduct = (size: number): number =>
  tf.tidy(() => {
    const [a, b] = [tf.randomUniform<tf.Rank.R2>([size, size], -1, 1, "float32", 1), tf.eye(size)];
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      tf.slice(tf.matMul(a, b), [0, 0], [1, 1]).dataSync();
      return (performance.now() - started) / 1000;
    });
    return Math.min(...times);
  });

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
