import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../src/commands/all.ts";
import { ownFlags } from "../src/flags/own-flags.ts";
import { workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
});
afterAll(() => here.remove());

const complete = "model: model\ndata: pairs.jsonl\noutput: out\nmethod: dpo\n";

describe("an output that cannot be written", () => {
  it.each([
    ["a file in place of a folder", ["train", "--config", "whole.yaml", "--output", "pairs.jsonl"]],
    ["a folder below a file", ["train", "--config", "whole.yaml", "--output", "pairs.jsonl/out"]],
  ])("%s is told with a code and the path", async (_, argv) => {
    await here.write("whole.yaml", `${complete}steps: 1\nbackend: cpu\n`);
    const { code, stderr } = await here.run(...argv);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^TW_E_FILE_SYSTEM: .*pairs\.jsonl.*: a part of it is a file/m),
    ]);
  });
});

describe("a configuration", () => {
  it.each([
    [
      "an unknown key",
      "learningrate: 1\n",
      /TW_E_CONFIG: c\.yaml:5: .*unknown key "learningrate", did you mean "learningRate"/,
    ],
    ["an unknown key inside", "read:\n  maxLenght: 9\n", /c\.yaml:6: read\.maxLenght: .*did you mean "maxLength"/],
    ["a wrong type", "batchSize: many\n", /c\.yaml:5: batchSize: expected a number, found "many"/],
    ["a fraction", "steps: 2.5\n", /c\.yaml:5: steps: expected a whole number, found 2\.5/],
    [
      "an unknown name",
      "schedule: cosin\n",
      /c\.yaml:5: schedule: expected constant or linear or cosine, found "cosin"/,
    ],
    [
      "an optimizer without a kind",
      "optimizer: { beta1: 0.5 }\n",
      /c\.yaml:5: optimizer\.kind: missing, expected adamw or/,
    ],
    [
      "another option of the optimizer",
      "optimizer:\n  kind: sgd\n  beta1: 0.5\n",
      /c\.yaml:7: optimizer\.beta1: unknown key/,
    ],
    ["a key twice", "model: other\n", /TW_E_CONFIG_SYNTAX: c\.yaml:5:1: .*unique/],
    ["broken YAML", "read: { maxLength\n", /TW_E_CONFIG_SYNTAX: c\.yaml:\d+:\d+: /],
  ])("with %s is refused by file and line", async (_, line, message) => {
    await here.write("c.yaml", complete + line);
    const { code, stderr } = await here.run("train", "--config", "c.yaml");
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it.each([
    [
      "an unknown option",
      "method: { use: dpo, bta: 1 }",
      /TW_E_OPTIONS: c\.yaml:1: method\.bta: .*did you mean "beta"/,
    ],
    [
      "a wrong option",
      "method:\n  use: dpo\n  beta: high",
      /TW_E_OPTIONS: c\.yaml:3: method\.beta: expected a number, found "high"/,
    ],
    [
      "an unknown method",
      "method: epsilon-dpo",
      /TW_E_UNKNOWN_METHOD: c\.yaml:1: method: there is no method "epsilon-dpo"/,
    ],
    [
      "a part in another's place",
      "method:\n  beta: logistic",
      /TW_E_METHOD_SPEC: [^]*c\.yaml:2: method\.beta: a loss where/,
    ],
  ])("whose method has %s is refused by file and line", async (_, method, message) => {
    await here.write("c.yaml", `${method}\nmodel: model\ndata: pairs.jsonl\noutput: out\n`);
    const { code, stderr } = await here.run("train", "--config", "c.yaml");
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("names all that is wrong at once", async () => {
    await here.write("c.yaml", "stepps: 3\nbatchSize: 0\n");
    const { stderr } = await here.run("train", "--config", "c.yaml");
    expect(stderr).toMatch(/c\.yaml:1: stepps: .*"steps".*\n.*c\.yaml:2: batchSize: /);
  });

  it("says what is wrong in the order of its lines, and each once", async () => {
    const text =
      "method:\n  loss: logistics\n  beta: high\n  scorer: implicit-reward\nsteps: many\nplugins: [./none.js]\n";
    await here.write("c.yaml", text);
    const { stderr } = await here.run("train", "--config", "c.yaml");
    expect(stderr.match(/c\.yaml:\d/g)).toEqual([2, 3, 5, 6].map((line) => `c.yaml:${line}`));
    await here.write("c.yaml", "method: [dpo]\n");
    const list = await here.run("train", "--config", "c.yaml");
    expect(list.stderr.match(/c\.yaml:\d: method: .*/g)).toEqual([expect.stringContaining("found a list")]);
  });

  it("that a flag has changed around a key is refused with the flag", async () => {
    await here.write("c.yaml", `${complete}optimizer:\n  kind: adamw\n  beta1: 0.5\n`);
    const { stderr } = await here.run("train", "--config", "c.yaml", "--optimizer.kind", "sgd");
    expect(stderr).toMatch(/c\.yaml:7: optimizer\.beta1, with --optimizer\.kind sgd: unknown key "beta1"/);
    const other = await here.run("train", "--config", "c.yaml", "--seed", "1", "--optimizer.kind", "adamx");
    expect(other.stderr).toMatch(/^TW_E_CONFIG: --optimizer\.kind: expected .*, found "adamx"$/m);
    expect(other.stderr).not.toContain("--seed");
  });

  it("is incomplete without what the command needs", async () => {
    const { code, stderr } = await here.run("train", "--model", "model", "--method", "dpo");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^TW_E_CONFIG_INCOMPLETE: data is not set\n {2}hint: .*--data/),
    ]);
  });

  it("must be there, be of a known kind, and be one", async () => {
    await here.write("c.ini", "");
    for (const file of ["missing.yaml", "c.ini"]) {
      const { code, stderr } = await here.run("train", "--config", file);
      expect([code, stderr]).toEqual([2, expect.stringContaining("TW_E_CONFIG_FILE")]);
    }
    await here.write("tokenwise.yaml", complete);
    await here.write("tokenwise.yml", complete);
    const { stderr } = await here.run("train");
    expect(stderr).toContain("several configurations here: tokenwise.yaml, tokenwise.yml");
    await here.remove("tokenwise.yaml");
    await here.remove("tokenwise.yml");
  });

  it("reads paths from where it lies, and flags from the working directory", async () => {
    await here.write("model/nested.yaml", "model: .\ndata: ../none.jsonl\noutput: ../out\nmethod: dpo\nbackend: cpu\n");
    const inFile = await here.run("train", "--config", "model/nested.yaml");
    expect(inFile.stderr).toContain(": none.jsonl");
    const byFlag = await here.run("train", "--config", "model/nested.yaml", "--data", "other.jsonl");
    expect(byFlag.stderr).toContain(": other.jsonl");
  });
});

describe("a command line", () => {
  it.each([
    [
      "an unknown flag",
      ["train", "--learning-rte", "1"],
      /^TW_E_USAGE: unknown option '--learning-rte'\n {2}hint: did you mean --learning-rate\?/,
    ],
    ["an unknown command", ["trian"], /^TW_E_USAGE: unknown command 'trian'\n {2}hint: did you mean train\?/],
    ["a flag of another command", ["eval", "--steps", "3"], /^TW_E_USAGE: unknown option '--steps'/],
    ["a flag without its value", ["train", "--steps"], /^TW_E_USAGE: option '--steps <number>' argument missing/],
    ["a word too many", ["train", "now"], /^TW_E_USAGE: too many arguments/],
    ["a wrong type", ["train", "--batch-size", "many"], /^TW_E_CONFIG: --batch-size: expected a number, found "many"/],
    [
      "a wrong option of the method",
      ["train", "--method", "dpo", "--method.bta", "1"],
      /^TW_E_OPTIONS: --method\.bta: unknown key/,
    ],
    [
      "a wrong option of the method in YAML",
      ["train", "--method", "{ use: dpo, bta: 1 }"],
      /^TW_E_OPTIONS: --method: bta: unknown key "bta", did you mean "beta"/,
    ],
    [
      "a wrong part of the method in YAML",
      ["train", "--method", "{ beta: constant-beta, scorer: implicit-reward, loss: { use: logistic, offset: x } }"],
      /^TW_E_OPTIONS: --method: loss\.offset: expected a number/,
    ],
    [
      "a method that is not YAML",
      ["train", "--method", "{ use: dpo"],
      /^TW_E_USAGE: --method: "{ use: dpo" is neither/,
    ],
    ["an unknown method", ["train", "--method", "3"], /^TW_E_UNKNOWN_METHOD: --method: there is no method "3"/],
    [
      "a wrong type of its own",
      ["generate", "--temperature", "hot"],
      /^TW_E_USAGE: --temperature: expected a number, found "hot"/,
    ],
  ])("with %s is refused", async (_, argv, message) => {
    const { code, stderr } = await here.run(...argv);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("shows a stack where it is asked to, and only there", async () => {
    expect((await here.run("train", "--config", "none.yaml")).stderr).not.toContain("    at ");
    expect((await here.run("train", "--config", "none.yaml", "--debug")).stderr).toContain("    at ");
  });
});

describe("help", () => {
  it("names every command, and the version is the package's", async () => {
    const { code, stdout } = await here.run("--help");
    expect(code).toBe(0);
    for (const { name, summary } of commands) expect(stdout).toMatch(new RegExp(`${name} .*${summary}`));
    const manifest = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect((await here.run("--version")).stdout).toBe(`${manifest.version}\n`);
    expect(await here.run()).toMatchObject({ code: 2, stderr: expect.stringContaining("Usage: tokenwise") as string });
  });

  it.each(commands.map((command) => [command.name, command] as const))(
    "of %s names each flag",
    async (name, command) => {
      const { code, stdout } = await here.run(name, "--help");
      expect(code).toBe(0);
      for (const flag of [...ownFlags(command), ...command.flags]) expect(stdout).toContain(`--${flag.name} `);
      for (const flag of ["--config", "--debug", "--help"]) expect(stdout).toContain(flag);
      for (const example of command.examples) expect(stdout).toContain(example);
    },
  );
});
