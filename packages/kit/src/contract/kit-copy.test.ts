import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  derived,
  dpo,
  loadedKits,
  logRatio,
  method,
  otherKitOf,
  ownKit,
  plugin,
  replacedBackends,
  tf,
  usesOwnEngine,
} from "../index.ts";

const key = Symbol.for("tokenwise.kit");

describe("a copy of the kit", () => {
  it("knows its version and where it is installed", async () => {
    const manifest = JSON.parse(await readFile(`${ownKit.folder}/package.json`, "utf8")) as Record<string, string>;
    expect(manifest).toMatchObject({ name: "@tokenwise/kit", version: ownKit.version });
    expect(loadedKits()).toContain(ownKit);
  });

  it("stamps factories, plugins and requests, and whatever a request is spread into", () => {
    const own = method({ name: "own", options: z.object({}), create: () => dpo() });
    const made = [
      own,
      plugin({ name: "x", version: "1.0.0", spec: 1, provides: [own] }),
      logRatio,
      { ...logRatio },
      derived("x", "P,G", {}, () => tf.zeros([1, 1])),
    ];
    for (const value of made) {
      expect((value as { [key]?: unknown })[key]).toBe(ownKit);
      expect(otherKitOf(value)).toBeUndefined();
    }
  });

  it("recognizes what another one made, and takes what none has stamped", () => {
    const other = { version: "0.0.9", folder: "elsewhere" };
    expect(otherKitOf({ [key]: other })).toBe(other);
    for (const value of [undefined, null, 1, {}, () => 1]) expect(otherKitOf(value)).toBeUndefined();
  });
});

describe("a copy of TensorFlow.js", () => {
  it("that registers operations over those in use is noticed, for as long as they stay", () => {
    expect([replacedBackends(), usesOwnEngine()]).toEqual([[], true]);
    const own = tf.getKernel("Identity", "cpu");
    tf.unregisterKernel("Identity", "cpu");
    tf.registerKernel({ ...own });
    expect([replacedBackends(), replacedBackends()]).toEqual([["cpu"], ["cpu"]]);
    tf.unregisterKernel("Identity", "cpu");
    tf.registerKernel(own);
    expect(replacedBackends()).toEqual([]);
  });
});
