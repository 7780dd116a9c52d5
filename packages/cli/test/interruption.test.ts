import { once } from "node:events";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settings, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
  await here.run("train", ...flags, "--output", "whole");
});
afterAll(() => here.remove());

const steps = 24;
const flags = [
  "--model",
  "model",
  "--data",
  "pairs.jsonl",
  "--evaluation-data",
  "pairs.jsonl",
  "--evaluate-every",
  "4",
];
flags.push("--method", "dpo", "--steps", String(steps), ...settings);

/** A process that runs until its output has this. */
async function until(text: RegExp, ...argv: string[]): Promise<ReturnType<Workspace["start"]>> {
  const run = here.start(...argv);
  let seen = "";
  while (!text.test(seen)) {
    const [chunk] = (await once(run.child.stdout!, "data")) as [Buffer];
    seen += chunk.toString();
  }
  return run;
}

interface Line {
  readonly step: number;
  readonly type: string;
  readonly metrics: object;
}
const metrics = async (folder: string): Promise<Line[]> =>
  (await here.read(`${folder}/metrics.jsonl`))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line)
    .map(({ type, step, metrics }) => ({ type, step, metrics }));

/** To the end, and then as if it had never been stopped: weights bit for bit, and every metric once. */
async function resume(folder: string): Promise<void> {
  const { code, stdout } = await here.run("train", ...flags, "--output", folder, "--resume");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/resumed after step \d+/)]);
  expect(await here.read(`${folder}/model.safetensors`)).toBe(await here.read("whole/model.safetensors"));
  expect(await metrics(folder)).toEqual(await metrics("whole"));
}

describe("a run that is stopped", () => {
  it("by Ctrl-C finishes its step, leaves a checkpoint, says how to go on, and goes on to the same bits", async () => {
    const { child, result } = await until(/step 2\//, "train", ...flags, "--output", "interrupted");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await result;
    expect(code).toBe(130);
    expect(stdout).toContain("stopping after this step");
    expect(stderr).toMatch(
      /^interrupted after step \d+, with a checkpoint. Go on with:\n {2}tokenwise train .* --resume$/m,
    );
    expect(existsSync(`${here.folder}/interrupted/model.safetensors`)).toBe(false);
    await resume("interrupted");
  });

  it("by kill -9 goes on from its last checkpoint to the same bits", async () => {
    const often = ["--checkpoint-every", "2", "--output", "killed"];
    const { child, result } = await until(/checkpoint-4\n[^]*step 5\//, "train", ...flags, ...often);
    child.kill("SIGKILL");
    expect((await result).code).toBe(null);
    expect(existsSync(`${here.folder}/killed/model.safetensors`)).toBe(false);
    await resume("killed");
  });
});
