import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { expect, it } from "vitest";
import { unzip } from "../src/unpack/unzip.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("the files that have a place are taken, compressed or stored, and no other", async () => {
  const folder = await temporaryFolder();
  const archive = join(folder, "archive.whl");
  const large = "0123456789".repeat(100_000);
  const zip = zipSync({
    "a/large.txt": strToU8(large),
    "a/empty.txt": new Uint8Array(),
    "a/stored.txt": [strToU8("stored"), { level: 0 }],
    "b/left-out.txt": strToU8("left out"),
  });
  await writeFile(archive, zip);
  const output = join(folder, "output");
  const taken = await unzip(archive, output, (path) =>
    path.startsWith("a/") ? path.replace("a/", "x/y/") : undefined,
  );
  expect(taken).toBe(3);
  expect((await readdir(join(output, "x/y"))).sort()).toEqual(["empty.txt", "large.txt", "stored.txt"]);
  expect(await readFile(join(output, "x/y/large.txt"), "utf8")).toBe(large);
  expect(await readFile(join(output, "x/y/stored.txt"), "utf8")).toBe("stored");
});

it("what is no archive is refused", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "text"), "no archive");
  await expect(unzip(join(folder, "text"), folder, () => "file")).rejects.toThrow();
});
