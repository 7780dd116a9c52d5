/** A folder to run commands in: a tiny real model with a byte-level tokenizer, and rows to train on. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createModel, llamaConfig, saveModel, useBackend } from "@tokenwise/model";
import { main } from "../src/main.ts";
import { tinyTokenizer } from "./tiny-tokenizer.ts";

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Workspace {
  readonly folder: string;
  write(name: string, text: string): Promise<void>;
  read(name: string): Promise<string>;
  /** The command line in this process. */
  run(...argv: string[]): Promise<Result>;
  /** The command line as a process of its own, from source. */
  start(...argv: string[]): { readonly child: ChildProcess; readonly result: Promise<Result> };
  /** One file, or without a name the folder. */
  remove(name?: string): Promise<void>;
}

const words = ["slow", "warm", "dull", "good", "bad", "long"];
const word = (index: number): string => words[index % words.length] ?? "";

/** Twelve pairs, all different. */
export const pairs = Array.from({ length: 12 }, (_, row) => ({
  prompt: `it ${row % 2 === 0 ? "is" : "was"}`,
  chosen: ` ${word(row)} ${row}`,
  rejected: ` ${word(row + 2)}, ${row}`,
}));

export const jsonLines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** What every run here has in common; 0.01 makes a few steps show. */
export const settings = ["--batch-size", "4", "--learning-rate", "0.01", "--backend", "cpu", "--seed", "3"];

export async function workspace(): Promise<Workspace> {
  delete process.env.FORCE_COLOR; // which nx sets: what is tested is what a file gets
  const folder = await mkdtemp(join(tmpdir(), "tokenwise-cli-"));
  const path = (name: string): string => join(folder, name);
  await mkdir(path("model"));
  await mkdir(path("node_modules"));
  await symlink(fileURLToPath(new URL("../../../node_modules/zod", import.meta.url)), path("node_modules/zod"));
  await useBackend("cpu");
  const dimensions = { vocabSize: 259, hiddenSize: 16, intermediateSize: 24, numHiddenLayers: 1, numAttentionHeads: 2 };
  const config = llamaConfig({
    ...dimensions,
    maxPositionEmbeddings: 64,
    tieWordEmbeddings: true,
    initializerRange: 0.2,
  });
  const model = createModel(config, { seed: 7 });
  await saveModel(model, path("model"));
  model.dispose();
  for (const [name, content] of Object.entries(tinyTokenizer())) await writeFile(path(`model/${name}`), content);
  await writeFile(path("pairs.jsonl"), jsonLines(pairs));
  await writeFile(path("package.json"), JSON.stringify({ type: "module" }));
  process.chdir(folder);
  return {
    folder,
    write: (name, text) => writeFile(path(name), text),
    read: (name) => readFile(path(name), "utf8"),
    run: (...argv) => inProcess(argv),
    start: (...argv) => asProcess(folder, argv),
    async remove(name) {
      if (name !== undefined) return rm(path(name));
      process.chdir(tmpdir());
      await rm(folder, { recursive: true });
    },
  };
}

async function inProcess(argv: readonly string[]): Promise<Result> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const code = await main(argv, {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    onInterrupt: () => () => undefined,
    exit: () => undefined,
  });
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

const packageFolder = fileURLToPath(new URL("..", import.meta.url));

function asProcess(cwd: string, argv: readonly string[]): { child: ChildProcess; result: Promise<Result> } {
  const child = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), join(packageFolder, "src/bin.ts"), ...argv],
    { cwd, env: { ...process.env, TSX_TSCONFIG_PATH: join(packageFolder, "tsconfig.json") } },
  );
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk.toString()));
  const result = new Promise<Result>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout: stdout.join(""), stderr: stderr.join("") }));
  });
  return { child, result };
}
