import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { downloadFromIndex } from "../src/download/simple-index.ts";
import { fetchWheel } from "../src/download/wheel.ts";
import type { Wheel } from "../src/sources.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const contents = "what a wheel holds";
const name = "some_project-1.2.3-py3-none-any.whl";

const wheel: Wheel = {
  project: "some-project",
  version: "1.2.3",
  sha256: createHash("sha256").update(contents).digest("hex"),
  place: () => undefined,
};

const problem = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

/** An index with one project, whose file has a sum. */
async function index(sha256: string): Promise<string> {
  const server = createServer((request, response) => {
    const link = `<a href="../../files/${name}#sha256=${sha256}" data-requires-python="&gt;=3.9">${name}</a>`;
    if (request.url === "/simple/some-project/") response.end(`<!DOCTYPE html><body>${link}</body>`);
    else if (request.url === `/files/${name}`) response.end(contents);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
}

it("the file with the sum that is asked for comes from the index that is named", async () => {
  const folder = await temporaryFolder();
  const file = await fetchWheel(wheel, folder, { index: await index(wheel.sha256) });
  expect(file).toBe(join(folder, name));
  expect(await readFile(file, "utf8")).toBe(contents);
});

it("an index that has no such file is told with its host, and so is one without the project", async () => {
  const folder = await temporaryFolder();
  const address = await index("0".repeat(64));
  await expect(downloadFromIndex(address, wheel, folder)).rejects.toThrow(
    problem("BUILD_E_DOWNLOAD", `cannot be had from ${new URL(address).host}: no file with the SHA-256 sum`),
  );
  await expect(downloadFromIndex(address, { ...wheel, project: "other" }, folder)).rejects.toThrow(
    problem("BUILD_E_DOWNLOAD", "HTTP status 404"),
  );
});

it("an index that does not answer is a problem of the download", async () => {
  const folder = await temporaryFolder();
  await expect(downloadFromIndex("http://127.0.0.1:1/simple", wheel, folder)).rejects.toThrow(
    problem("BUILD_E_DOWNLOAD", "cannot be had from 127.0.0.1:1"),
  );
});

it("a wheel is taken from the folder that is named, and refused if it is another file", async () => {
  const [wheels, work] = [await temporaryFolder(), await temporaryFolder()];
  const file = join(wheels, name);
  await writeFile(file, contents);
  expect(await fetchWheel(wheel, work, { wheels })).toBe(file);
  await writeFile(file, `${contents}.`);
  await expect(fetchWheel(wheel, work, { wheels })).rejects.toThrow(problem("BUILD_E_CHECKSUM", wheel.sha256));
  await expect(fetchWheel(wheel, work, { wheels: join(wheels, "none") })).rejects.toThrow(
    problem("BUILD_E_DOWNLOAD", "cannot be read"),
  );
});
