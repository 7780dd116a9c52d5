/** Promises that never settle, of which Node alone would end without a word. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { settings, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
});
afterAll(() => here.remove());

const configuration = (reward: string): string => `
import { compose, constantBeta, implicitReward, listwise, rewardTargets, sampledGroups } from "@tokenwise/kit";
const parts = { beta: constantBeta(), targets: rewardTargets(), scorer: implicitReward(), loss: listwise() };
const source = sampledGroups({ groupSize: 2, maxNewTokens: 2, reward: ${reward} });
export default { model: "model", data: "pairs.jsonl", output: "out", method: { ...compose(parts), anchor: "sampled", source } };`;

it("a reward function that never answers ends the run with an error that names what it waited for, and the run as failed", async () => {
  let calls =
    "let calls = 0; const once = ({ responses }) => calls++ < 4 ? responses.map((_, at) => at) : new Promise(() => {});";
  calls += configuration("once");
  await here.write("never.ts", calls);
  const { code, stderr } = await here.start("train", "--config", "never.ts", "--steps", "3", ...settings).result;
  expect(stderr).toMatch(
    /^TW_E_UNSETTLED: .*: source "sampled-groups" waits for a promise that never settles\n {2}hint: /,
  );
  expect(stderr).not.toMatch(/\n.*(unsettled|Warning)/i);
  expect(code).toBe(1);
  const { state, problem } = JSON.parse(await here.read("out/run.json")) as Record<string, string>;
  expect([state, problem]).toEqual(["failed", expect.stringContaining("never settles")]);
});

it("a configuration that waits forever is told too", async () => {
  await here.write("forever.mjs", "await new Promise(() => {}); export default {};");
  const { code, stderr } = await here.start("check", "./forever.mjs").result;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^TW_E_UNSETTLED: .*: something waits for a promise/)]);
});

it("a reward function that takes its time is waited for", async () => {
  const slow =
    "({ responses }) => new Promise((resolve) => setTimeout(() => resolve(responses.map((_, at) => at)), 20))";
  await here.write("slow.ts", configuration(slow));
  const { code } = await here.start("train", "--config", "slow.ts", "--steps", "1", ...settings).result;
  expect(code).toBe(0);
});
