import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonLines, settings, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
  await here.write(
    "tokenwise.yaml",
    "model: model\ndata: pairs.jsonl\noutput: out\nmethod: dpo\nsteps: 6\nbackend: cpu\nevaluationData: pairs.jsonl\n",
  );
  await here.run("train", ...settings);
});
afterAll(() => here.remove());

interface Line {
  readonly step: number;
  readonly type: string;
  readonly metrics: Readonly<Record<string, number>>;
}

describe("tokenwise eval", () => {
  it("evaluates what the configuration trained against what it started from, as the run did at its end", async () => {
    const lines = (await here.read("out/metrics.jsonl"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    const last = lines.findLast(({ type }) => type === "evaluate")?.metrics ?? {};
    const { code, stdout } = await here.run("eval", "--json");
    const { metrics, examples, model, reference } = JSON.parse(stdout) as Line & Record<string, unknown>;
    expect([code, examples, model, reference]).toEqual([0, 12, "out", "model"]);
    for (const [name, value] of Object.entries(metrics)) expect(value).toBeCloseTo(last[name] ?? NaN, 5);
    const table = await here.run("eval");
    expect(table.stdout).toMatch(/^pairs\.jsonl: 12 of 12 rows$/m);
    expect(table.stdout).toMatch(/^rewards\/accuracies +1$/m);
  });

  it("asks for a reference where the method compares with one and none is named", async () => {
    await here.write("bare.yaml", "backend: cpu\n");
    const flags = ["--config", "bare.yaml", "--model", "out", "--data", "pairs.jsonl"];
    const { code, stderr } = await here.run("eval", ...flags, "--method", "dpo");
    expect([code, stderr]).toEqual([2, expect.stringContaining("TW_E_NO_REFERENCE")]);
    expect((await here.run("eval", ...flags, "--method", "dpo", "--reference", "model")).code).toBe(0);
  });
});

describe("tokenwise generate", () => {
  const flags = ["generate", "--backend", "cpu", "--max-new-tokens", "4"];

  it("continues prompts, the same for the same seed, by the configuration's trained model", async () => {
    const sampled = [...flags, "--prompt", "1.50", "--prompt", "it is", "--temperature", "1", "--json", "--seed"];
    const [one, again, other] = await Promise.all(["1", "1", "2"].map((seed) => here.run(...sampled, seed)));
    const rows = (one?.stdout ?? "")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { prompt: string; response: string });
    expect(rows.map(({ prompt }) => prompt)).toEqual(["1.50", "it is"]);
    expect(one).toEqual(again);
    expect(other?.stdout).not.toBe(one?.stdout);
  });

  it("reads prompts from rows, and puts what a user says into the chat template", async () => {
    await here.write(
      "prompts.jsonl",
      jsonLines([{ prompt: "it was" }, { messages: [{ role: "user", content: "hi" }] }]),
    );
    const { code, stdout, stderr } = await here.run(
      ...flags,
      "--prompts",
      "prompts.jsonl",
      "--chat",
      "--prompt",
      "hello",
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining("prompts.jsonl: 2 of 2 rows")]);
    expect(stdout.match(/^> .*$/gm)).toEqual(["> hello", "> it was", "> <|user|>hi<|end|><|assistant|>"]);
  });

  it("takes defaults from generation_config.json, and refuses a flag that would change nothing", async () => {
    const longest = await here.run("generate", "--backend", "cpu", "--prompt", "it is", "--temperature", "0");
    expect([longest.code, longest.stderr]).toEqual([0, ""]);
    const greedy = await here.run(...flags, "--prompt", "it is");
    expect(greedy.stdout).toBe((await here.run(...flags, "--prompt", "it is", "--seed", "5")).stdout);
    const { code, stderr } = await here.run(...flags, "--prompt", "it is", "--top-p", "0.5");
    expect([code, stderr]).toEqual([2, expect.stringContaining("--top-p changes nothing at temperature 0")]);
    await here.write(
      "out/generation_config.json",
      JSON.stringify({ do_sample: true, temperature: 1, max_new_tokens: 2 }),
    );
    const short = await here.run("generate", "--backend", "cpu", "--prompt", "it is", "--top-p", "0.5");
    expect([short.code, [...short.stdout.trimEnd()].length <= 2]).toEqual([0, true]);
  });

  it("asks for a prompt", async () => {
    const { code, stderr } = await here.run(...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining("TW_E_USAGE: there is no prompt")]);
  });
});

describe("tokenwise doctor", () => {
  it("names versions, memory, every backend with its speed or why it is not here, and the configuration", async () => {
    const { code, stdout } = await here.run("doctor");
    expect(code).toBe(0);
    for (const line of [/^Node +v\d+/, /^TensorFlow\.js +4\./, /^memory +.*GB free/, /^copies of tfjs-core +1$/])
      expect(stdout).toMatch(new RegExp(line.source, "m"));
    expect(stdout).toMatch(/^backend cpu +works, .* GFLOP\/s, .* µs a call; plain JavaScript/m);
    expect(stdout).toMatch(/^backend auto +(tensorflow|native|wasm)\b/m);
    expect(stdout).toMatch(
      /^native +(compiled, .*\.node|prebuilt, .*\.node|to compile it: npx tfjs-backend-native-build)/m,
    );
    expect(stdout).toMatch(/^configuration +tokenwise\.yaml can be read$/m);
  });

  it("fails where the configuration cannot be read", async () => {
    await here.write("bad.yaml", "modle: x\n");
    const { code, stdout } = await here.run("doctor", "--config", "bad.yaml", "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { works: false, configuration: { problem: /"modle"/ } }]);
  });
});

describe("tokenwise explain", () => {
  it("shows what each method weighs of a row, by the trained model against what it started from", async () => {
    const { code, stdout } = await here.run("explain", "dpo", "{ use: dpo, beta: 0.5 }", "--row", "2", "--json");
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { method: string; beta: number; source: { line: number } });
    expect([code, rows.map(({ method, beta, source }) => [method, Number(beta.toFixed(3)), source.line])]).toEqual([
      0,
      [
        ["dpo", 0.1, 2],
        ["{ use: dpo, beta: 0.5 }", 0.5, 2],
      ],
    ]);
  });

  it("writes text without colours where it is not read by a terminal, and a page", async () => {
    const { stdout, stderr } = await here.run("explain", "--html", "pair.html");
    expect(stdout).toMatch(/^policy out, reference model$/m);
    expect(stdout).toMatch(/^chosen {3}s [-\d.e]+ {3}reward/m);
    expect(stderr).toContain("the page is in pair.html");
    expect(await here.read("pair.html")).toContain("</html>");
  });

  it("reads the parts that training would begin with, for the configured method of a model that is not trained yet", async () => {
    await here.write("begins.yaml", "model: model\ndata: pairs.jsonl\nmethod: dpo\nparts: out/none.safetensors\n");
    const { code, stderr } = await here.run("explain", "--config", "begins.yaml");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/TW_E_PARTS.*no part of the method has trained tensors/)]);
    expect(await here.run("explain", "dpo", "--config", "begins.yaml")).toMatchObject({ code: 0 });
    expect(await here.run("explain", "--config", "begins.yaml", "--policy", "out")).toMatchObject({ code: 0 });
  });

  it.each([
    [["explain", "dop"], "TW_E_UNKNOWN_METHOD", 'did you mean "dpo"?'],
    [["explain", "{ use: dpo, bata: 1 }"], "TW_E_OPTIONS", 'did you mean "beta"?'],
    [["explain", "{"], "TW_E_USAGE", "neither a method's name nor YAML"],
    [["explain", "dpo", "--row", "99"], "TW_E_NO_ROW", "12 rows"],
  ])("refuses %j with %s", async (words, code, message) => {
    const { code: exit, stderr } = await here.run(...words);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(code)]);
    expect(stderr).toContain(message);
  });
});
