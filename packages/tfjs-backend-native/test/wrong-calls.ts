/**
 * Set up before every test file: whatever the suite calls in the addon is called again with something wrong. So every function is tried, from
 * calls that its own tests made, without being listed here.
 */
import { writeFileSync } from "node:fs";
import { afterAll, inject } from "vitest";
import { addon, type Addon } from "../src/addon.ts";
import { copied, mutated } from "./mutations.ts";

/** Of one function, with arguments of one kind each. */
const kindsTried = 6;
const mutationsEach = 60;
/** Larger calls would take long. */
const mostBytes = 1 << 18;

type AnyFunction = (...args: unknown[]) => unknown;

/** Mulberry32: the same calls every time. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const bytesOf = (value: unknown): number =>
  Array.isArray(value)
    ? value.length > 1000
      ? Infinity
      : value.reduce<number>((sum, each) => sum + bytesOf(each), 0)
    : ArrayBuffer.isView(value) || value instanceof ArrayBuffer
      ? value.byteLength
      : 0;

/** What distinguishes calls: which arguments are there, whether something is empty. */
const kindOf = (call: readonly unknown[]): string =>
  call
    .map((value) => (typeof value === "number" ? Math.min(value, 2) : `${typeof value}${bytesOf(value) === 0}`))
    .join();

const wrong: string[] = [];

const shown = (value: unknown): string =>
  ArrayBuffer.isView(value)
    ? `${value.constructor.name}[${value.byteLength} bytes]`
    : Array.isArray(value)
      ? `[${value.length}]`
      : String(value);

/** The file in which the call in progress stands, for whoever finds that one crashed or never came back. */
const trace = process.env.TFJS_NATIVE_TRACE;

function tryCall(name: string, call: AnyFunction, args: readonly unknown[]): void {
  if (trace !== undefined) writeFileSync(trace, `${name}(${args.map(shown).join(", ")})`);
  try {
    call(...args);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== "string" || !code.startsWith("ERR_NATIVE_"))
      wrong.push(`${name}(${args.map(shown).join(", ")}): ${String(error)}`);
  }
}

/** Functions whose result is state: it is put back after they were tried. */
function around(action: () => void): void {
  const threads = addon().threadCount();
  action();
  addon().setThreadCount(threads);
}

const tried = new WeakSet<Addon>();

function watch(functions: Addon): void {
  if (tried.has(functions)) return;
  tried.add(functions);
  const table = functions as unknown as Record<string, AnyFunction>;
  for (const [name, call] of Object.entries(table)) {
    const kinds = new Set<string>();
    let seed = 1;
    table[name] = (...args) => {
      const kind = kindOf(args);
      const isNew = kinds.size < kindsTried && !kinds.has(kind) && bytesOf(args) <= mostBytes;
      kinds.add(kind);
      const before = isNew ? args.map((value) => copied(value, () => 0)) : [];
      const result = call(...args);
      if (isNew)
        around(() => {
          const random = randomOf(seed++);
          for (let i = 0; i < mutationsEach; i++) tryCall(name, call, mutated(before, random));
        });
      return result;
    };
  }
}

if (inject("backends").includes("native")) watch(addon());

afterAll(() => {
  const found = wrong.splice(0);
  if (found.length > 0) throw new Error(`calls without a coded error:\n${found.slice(0, 20).join("\n")}`);
});
