/** TensorFlow.js's own specs on its CPU backend and on this one, on the processor's best instruction set and on the portable path. */
import { beforeAll, describe, expect, it } from "vitest";
import { exclusions } from "./tfjs-specs/exclusions.ts";
import { bundleSpecs, runSpecs, type SpecResults } from "./tfjs-specs/run.mjs";

/** Where TFJS_NATIVE_ISA chooses a path, on that one alone. */
const paths = process.env.TFJS_NATIVE_ISA ? [process.env.TFJS_NATIVE_ISA] : ["best", "portable"];

let cpu: SpecResults;
const natives = new Map<string, SpecResults>();

beforeAll(async () => {
  await bundleSpecs();
  const onNative = paths.map(async (path) => natives.set(path, await runSpecs("native", path)));
  [cpu] = await Promise.all([runSpecs("cpu"), ...onNative]);
}, 300_000);

const isExcluded = (name: string): boolean => exclusions.some(({ specs }) => specs.test(name));

/** What the CPU backend passes and `native` does not, by name; some names occur twice. */
function missing(native: SpecResults): string[] {
  const left = new Map<string, number>();
  for (const name of native.passed) left.set(name, (left.get(name) ?? 0) + 1);
  return cpu.passed.filter((name) => {
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    return count === 0 && !isExcluded(name);
  });
}

describe("TensorFlow.js's own specs", () => {
  it.each(paths)("that pass on cpu pass on native, path: %s", (path) => {
    const native = natives.get(path);
    if (native === undefined) throw new Error("nothing ran");
    const excluded = [...cpu.passed, ...cpu.pending].filter(isExcluded).length;
    console.log(
      `TensorFlow.js's specs on ${native.instructionSet}: ${native.passed.length} passed, ${excluded} excluded`,
    );
    expect(native.failed).toEqual([]);
    expect(missing(native)).toEqual([]);
    expect(native.passed.length).toBeGreaterThan(3_900);
  });

  it("are excluded only by name and with a reason that still holds", () => {
    expect([...natives.values()].flatMap(({ pending }) => pending).filter((name) => !isExcluded(name))).toEqual([]);
    const ran = [...natives.values()].flatMap(({ passed, failed }) => [...passed, ...failed]);
    for (const { specs } of exclusions) {
      expect(ran.filter((name) => specs.test(name))).toEqual([]);
      expect([...cpu.passed, ...cpu.pending].some((name) => specs.test(name))).toBe(true);
    }
  });
});
