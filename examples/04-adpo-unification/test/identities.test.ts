import { tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { identities, type Identity } from "../src/identities.ts";

let found: readonly Identity[] = [];
beforeAll(async () => {
  await useBackend("cpu");
  tf.tidy(() => void (found = identities()));
});

it("every paradigm is ADPO with its target, anchor and temperature", () => {
  expect(found).toHaveLength(4);
  for (const { ours, theirs } of found) expect(ours).toBeCloseTo(theirs, 5);
});

it("no two of the paradigms lose the same", () => {
  expect(new Set(found.map(({ ours }) => ours.toFixed(3))).size).toBe(4);
});

it("the readme shows what is printed", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  for (const { paradigm, options, ours, theirs } of found) {
    expect(readme).toContain(`adpo(${JSON.stringify(options)})`);
    const lines = readme.slice(readme.indexOf(paradigm)).split("\n").slice(1, 3);
    const shown = lines.map((line) => Number(line.trim().split(" ")[0]));
    expect(shown[0]).toBeCloseTo(theirs, 5);
    expect(shown[1]).toBeCloseTo(ours, 5);
  }
});
