/** What kernels' threads do to a process and to its `worker_threads`. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addon, addonPath } from "./addon.ts";

const [m, n, k] = [151, 203, 305];

/** CommonJS, for a worker or a process: `product()` is a matrix product on all threads. */
const program = `
  const addon = require(${JSON.stringify(addonPath())});
  const [m, n, k] = ${JSON.stringify([m, n, k])};
  const a = Float32Array.from({ length: m * k }, (_, i) => Math.sin(i));
  const b = Float32Array.from({ length: k * n }, (_, i) => Math.cos(i));
  const product = () => {
    const c = new Float32Array(m * n);
    addon.multiply(a, b, c, m, n, k, 0, 0);
    return c;
  };
`;

function product(): Float32Array {
  const a = Float32Array.from({ length: m * k }, (_, i) => Math.sin(i));
  const b = Float32Array.from({ length: k * n }, (_, i) => Math.cos(i));
  const c = new Float32Array(m * n);
  addon().multiply(a, b, c, m, n, k, 0, 0);
  return c;
}

/** Runs a program in a process of its own. @returns its output; rejects if it ends with an error or a signal. */
async function output(code: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", code], {
    env: { ...process.env, FORCE_COLOR: undefined, ...env },
  });
  return stdout.trim();
}

const threads = addon().threadCount();
beforeAll(() => addon().setThreadCount(4));
afterAll(() => addon().setThreadCount(threads));

describe("worker_threads", () => {
  it("get the same bits when all of them call at once", async () => {
    const code = `${program}
      const { parentPort } = require("node:worker_threads");
      const first = product();
      for (let i = 0; i < 40; i++)
        if (Buffer.compare(Buffer.from(product().buffer), Buffer.from(first.buffer)) !== 0) throw new Error("other bits");
      parentPort.postMessage(first);`;
    const workers = [1, 2, 3].map(() => new Worker(code, { eval: true }));
    const results = Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0] as Float32Array));
    const own = product();
    for (const result of await results) expect(result).toEqual(own);
  });

  it("may be terminated in the middle of a call", async () => {
    const own = product();
    for (let i = 0; i < 5; i++) {
      const worker = new Worker(
        `${program} require("node:worker_threads").parentPort.postMessage(0); for (;;) product();`,
        {
          eval: true,
        },
      );
      await once(worker, "message");
      await worker.terminate();
      expect(product()).toEqual(own);
    }
  });

  it("may be the only ones that load the addon, one after the other", async () => {
    const said = await output(
      `
      const { Worker } = require("node:worker_threads");
      const run = (left) => {
        const worker = new Worker(${JSON.stringify(`${program} product();`)}, { eval: true });
        worker.on("exit", (code) => (left > 0 ? run(left - 1) : console.log("exit", code)));
      };
      run(4);`,
      { TFJS_NATIVE_THREADS: "3" },
    );
    expect(said).toBe("exit 0");
  });
});

describe("a process", () => {
  it("ends when its JavaScript does, by itself as by process.exit, and while a worker computes", async () => {
    expect(await output(`${program} console.log(product().length);`)).toBe(String(m * n));
    const exits = `${program} product(); console.log("done"); process.exit(0);`;
    expect(await output(exits, { TFJS_NATIVE_THREADS: "8" })).toBe("done");
    const worker = JSON.stringify(
      `${program} require("node:worker_threads").parentPort.postMessage(0); for (;;) product();`,
    );
    expect(
      await output(`
        const { Worker } = require("node:worker_threads");
        new Worker(${worker}, { eval: true }).on("message", () => { console.log("computing"); process.exit(0); });`),
    ).toBe("computing");
  });

  it("has as many threads as TFJS_NATIVE_THREADS says, else no more than there are processors", async () => {
    const count = `${program} console.log(addon.threadCount());`;
    expect(await output(count, { TFJS_NATIVE_THREADS: "3" })).toBe("3");
    const byDefault = Number(await output(count, { TFJS_NATIVE_THREADS: "" }));
    expect(byDefault).toBeGreaterThanOrEqual(1);
    expect(byDefault).toBeLessThanOrEqual(availableParallelism());
  });
});
