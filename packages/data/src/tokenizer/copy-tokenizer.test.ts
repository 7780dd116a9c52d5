import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeOf, temporaryFile, temporaryFolder, tinyFolder, tinyTokenizer } from "../../test/tiny.ts";
import { copyTokenizer } from "./copy-tokenizer.ts";
import { loadTokenizer } from "./load-tokenizer.ts";

it("copies the tokenizer's files byte for byte, and nothing else", async () => {
  const folder = join(await temporaryFolder(), "deep", "copy");
  await copyTokenizer(await tinyTokenizer(), folder);
  const names = ["chat_template.jinja", "tokenizer.json", "tokenizer_config.json"];
  expect((await readdir(folder)).sort()).toEqual(names);
  for (const name of names) expect(await readFile(join(folder, name))).toEqual(await readFile(join(tinyFolder, name)));
  expect((await loadTokenizer(folder)).digest).toBe((await tinyTokenizer()).digest);
});

it("leaves a folder that it would copy onto itself as it is", async () => {
  const tokenizer = await tinyTokenizer();
  await copyTokenizer(tokenizer, `${tinyFolder}/.`);
  expect((await tinyTokenizer()).digest).toBe(tokenizer.digest);
});

it("says what could not be copied", async () => {
  const file = await temporaryFile("taken", "");
  expect(await codeOf(async () => copyTokenizer(await tinyTokenizer(), file))).toBe("TW_E_TOKENIZER_FILE");
});
