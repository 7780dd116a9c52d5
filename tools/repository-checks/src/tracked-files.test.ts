import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { files, published, read, sources } from "./repository.ts";

const isText = (file: string) => !/\.(safetensors|gz|png|wasm)$/.test(file);

/** The lines that match, as `file:line: text`. */
function lines(of: readonly string[], pattern: RegExp) {
  return of.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((text, i) => (pattern.test(text) ? [`${file}:${i + 1}: ${text.trim().slice(0, 120)}`] : [])),
  );
}

describe("the repository", () => {
  it("names no folder of a developer's machine and no package registry", () => {
    const machine = /(?<![\w.-])\/(work|root|home|Users|farm)\/|registry\.(npmjs|yarnpkg)/;
    expect(lines(files.filter(isText), machine)).toEqual([]);
  });

  it("tracks the lockfile, which names no address to download from", () => {
    expect(files).toContain("package-lock.json");
    expect(lines(["package-lock.json"], /"resolved": "\w+:/)).toEqual([]);
  });

  it("names its source files in kebab-case", () => {
    const odd = files.filter(
      (file) => /\.(ts|mjs)$/.test(file) && !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z-]+)+$/.test(basename(file)),
    );
    expect(odd).toEqual([]);
  });

  it("names no plugin in the source of a package", () => {
    const packages = sources.filter((file) => file.startsWith("packages/"));
    expect(lines(packages, /@tokenwise\/plugin-[a-z]/)).toEqual([]);
  });

  it("has a readme in every package and every plugin", () => {
    expect(published.filter((folder) => !files.includes(`${folder}/README.md`))).toEqual([]);
  });
});
