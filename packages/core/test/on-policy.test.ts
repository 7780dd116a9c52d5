/** A method with a source: groups sampled from the policy in every step. */
import { readFile } from "node:fs/promises";
import {
  bestTargets,
  compose,
  constantBeta,
  implicitReward,
  listwise,
  logLikelihood,
  preferenceLoss,
  preferFirst,
  rewardTargets,
  sampledGroups,
  tf,
  TokenwiseError,
  tokenDivergence,
  type GroupSource,
  type Method,
  type RewardFunction,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate, inspect, train, type Run, type TrainEvent, type TrainOptions } from "../src/index.ts";
import { tinyFolder, type TinyFolder } from "./tiny-folder.ts";

interface Row {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
}
let folder: TinyFolder;
let pairs: readonly Row[];
let rows: readonly Pick<Row, "prompt">[];
beforeAll(async () => {
  await useBackend("cpu");
  folder = await tinyFolder();
  const lines = (await readFile(folder.pairs, "utf8")).split("\n").slice(0, 4);
  pairs = lines.map((line) => JSON.parse(line) as Row);
  rows = pairs.map(({ prompt }) => ({ prompt }));
});
afterAll(() => folder.remove());

const byLength: RewardFunction = ({ responses }) => responses.map((response) => -response.length);
const method = (reward: RewardFunction = byLength, more: Partial<Method> = {}): Method => ({
  ...compose({
    beta: constantBeta({ beta: 2 }),
    targets: rewardTargets(),
    scorer: implicitReward(),
    loss: listwise(),
  }),
  anchor: "sampled",
  source: sampledGroups({ groupSize: 4, maxNewTokens: 6, reward }),
  ...more,
});
const run = (more: Partial<TrainOptions> = {}): Promise<Run> =>
  train({
    model: folder.model,
    data: rows,
    method: method(),
    steps: 4,
    batchSize: 3,
    learningRate: 0.01,
    schedule: "constant",
    seed: 3,
    backend: "cpu",
    ...more,
  });
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing thrown",
    (error: unknown) => (TokenwiseError.is(error) ? error.code : error),
  );

describe("training on groups that the policy samples", () => {
  it("begins each step at the anchor: the loss is log P, and the log-ratios are 0", async () => {
    const { history, model } = await run();
    for (const { metrics } of history) {
      expect(metrics.loss).toBeCloseTo(Math.log(4), 4);
      expect(metrics["rewards/chosen"]).toBeCloseTo(0, 4);
      expect(metrics.grad_norm).toBeGreaterThan(0);
      for (const name of ["reward", "reward_std", "completions/mean_length", "completions/clipped_ratio"])
        expect(metrics[name], name).toSatisfy(Number.isFinite);
    }
    model.dispose();
  });

  it("says the mean reward of the step's groups, and the share of those whose rewards are all equal", async () => {
    let calls = 0;
    const oneInFour: RewardFunction = ({ responses }) => {
      const equal = calls++ % 4 === 0;
      return responses.map((_, at) => (equal ? 0.1 + 0.2 : at));
    };
    const events: TrainEvent[] = [];
    const { history, model } = await run({
      method: method(oneInFour),
      batchSize: 4,
      onEvent: (event) => events.push(event),
    });
    for (const { metrics } of history) {
      expect(metrics.reward).toBeCloseTo((0.3 + 3 * 1.5) / 4, 6);
      expect(metrics.frac_reward_zero_std).toBe(1 / 4);
    }
    expect(events.find(({ type }) => type === "start")).toMatchObject({ unit: "prompts", reference: "sampled" });
    model.dispose();
  });

  it("raises the reward", async () => {
    const { history, model } = await run({ steps: 40, learningRate: 0.02, batchSize: 4 });
    const mean = (part: typeof history) => part.reduce((sum, { metrics }) => sum + metrics.reward!, 0) / part.length;
    expect(mean(history.slice(-8))).toBeGreaterThan(mean(history.slice(0, 8)) + 2);
    model.dispose();
  });

  it("equal rewards leave the policy where it is, on-policy", async () => {
    const { history, model } = await run({ method: method(({ responses }) => responses.map(() => 0.1)) });
    for (const { metrics } of history) {
      expect(metrics.grad_norm).toBeLessThan(1e-5);
      expect(metrics.frac_reward_zero_std).toBe(1);
    }
    model.dispose();
  });

  it.each(["sampled", "fixed", "copied"])(
    "a run that is killed in the middle and resumed has the bits of one never stopped; anchor: %s",
    async (anchor) => {
      const chosen = { sampled: method(), fixed: method(byLength, { anchor: fixed }), copied: method(byLength, { anchor: often }) }; // prettier-ignore
      const options = { method: chosen[anchor as keyof typeof chosen], checkpointEvery: 1, keepCheckpoints: 4 };
      const [whole, killed] = [folder.path(`whole-${anchor}`), folder.path(`killed-${anchor}`)];
      const complete = await run({ ...options, output: whole });
      const failing = new Error("killed");
      const die = (event: TrainEvent): void => {
        if (event.type === "step" && event.step === 3) throw failing; // before its checkpoint
      };
      await expect(run({ ...options, output: killed, onEvent: die })).rejects.toBe(failing);
      const resumed = await run({ ...options, output: killed, resume: true });
      expect(resumed.history).toEqual(complete.history.slice(2));
      for (const step of [3, 4]) {
        const at = (output: string) => readFile(`${output}/checkpoint-${step}/model.safetensors`, "hex");
        expect(await at(killed)).toBe(await at(whole));
      }
      [complete, resumed].forEach(({ model }) => model.dispose());
    },
  );

  it("draws by the seed and the step: another seed, other groups; the cut into micro-batches changes nothing", async () => {
    const [a, b, other] = [await run(), await run({ microBatchTokens: 20 }), await run({ seed: 4 })];
    const of = ({ history }: Run, name: string) => history.map(({ metrics }) => metrics[name]);
    expect(of(b, "reward")).toEqual(of(a, "reward"));
    of(b, "grad_norm").forEach((norm, step) => expect(norm).toBeCloseTo(of(a, "grad_norm")[step]!, 4));
    expect(of(other, "reward")).not.toEqual(of(a, "reward"));
    [a, b, other].forEach(({ model }) => model.dispose());
  });

  it("an evaluation draws by the seed alone, and leaves training as it is", async () => {
    const [plain, evaluated] = [await run(), await run({ evaluationData: rows.slice(0, 2), evaluateEvery: 1 })];
    expect(evaluated.history).toEqual(plain.history);
    expect(evaluated.evaluations).toHaveLength(5);
    const again = await run({ evaluationData: rows.slice(0, 2), learningRate: 0 });
    const rewards = again.evaluations.map(({ metrics }) => metrics.reward);
    expect(new Set(rewards).size).toBe(1);
    [plain, evaluated, again].forEach(({ model }) => model.dispose());
  });

  it("shows what the method makes of sampled groups, and evaluates a folder without a reference", async () => {
    const given = { model: folder.model, data: rows, method: method(), backend: "cpu", seed: 3 } as const;
    const { groups } = await inspect({ ...given, count: 2 });
    expect(groups.map(({ candidates }) => candidates.length)).toEqual([4, 4]);
    expect((await evaluate(given)).metrics.loss).toBeCloseTo(Math.log(4), 4);
  });

  it("takes rows with responses for their prompts", async () => {
    const [a, b] = [await run({ steps: 1 }), await run({ steps: 1, data: pairs })];
    expect(b.history).toEqual(a.history);
    [a, b].forEach(({ model }) => model.dispose());
  });

  it("does not resume with another source", async () => {
    const output = folder.path("other-source");
    (await run({ output, steps: 1 })).model.dispose();
    const other = method(byLength, { source: sampledGroups({ groupSize: 5, maxNewTokens: 6, reward: byLength }) });
    const resumed = run({ output, steps: 1, resume: true, method: other });
    await expect(resumed).rejects.toThrow(/source\.groupSize 4, now 5/);
  });
});

const fixed = { name: "fixed", keep: () => 1 } as const;
const often = { name: "often", keep: () => 0 } as const;

describe("what is refused before the first step", () => {
  it.each([
    ["a reward function that throws", method(() => { throw new Error("no"); }), "TW_E_REWARD_FUNCTION"], // prettier-ignore
    ["one that gives NaN", method(({ responses }) => responses.map(() => NaN)), "TW_E_REWARD_VALUES"],
    ["one that gives too few values", method(() => [1]), "TW_E_REWARD_VALUES"],
  ])("%s", async (_, given, code) => {
    const output = folder.path(code);
    expect(await codeOf(run({ method: given, output }))).toBe(code);
    await expect(readFile(`${output}/config.json`)).rejects.toThrow();
  });

  const sourceOf = (
    candidates: (prompt: Int32Array) => readonly { ids: Int32Array; reward: number }[],
  ): GroupSource => ({
    name: "own",
    groupSize: 3,
    next: (prompts) => Promise.resolve(prompts.map((prompt) => ({ prompt, candidates: candidates(prompt) }))),
  });
  const ids = Int32Array.of(4, 5);
  it.each([
    ["an empty completion", [{ ids, reward: 1 }, { ids: Int32Array.of(), reward: 0 }], /empty completion: candidate 1/], // prettier-ignore
    ["a group of one candidate", [{ ids, reward: 1 }], /1 candidates, not 2 to 3/],
    ["too many candidates", Array(4).fill({ ids, reward: 1 }), /4 candidates/],
    [
      "a reward that is not finite",
      [
        { ids, reward: 1 },
        { ids, reward: NaN },
      ],
      /the reward NaN/,
    ],
    [
      "a reward that 32 bits do not hold",
      [
        { ids, reward: 1e300 },
        { ids, reward: 0 },
      ],
      /the reward 1e\+300/,
    ],
    [
      "rewards whose difference 32 bits do not hold",
      [
        { ids, reward: 3e38 },
        { ids, reward: -3e38 },
      ],
      /further apart than numbers of 32 bits hold: 3e\+38, -3e\+38/,
    ],
    [
      "ids that are no Int32Array",
      [
        { ids: [4.5], reward: 1 },
        { ids, reward: 0 },
      ],
      /no group of token ids/,
    ],
    ["candidates that are no list", undefined, /no group of token ids/],
    ["a token that the model does not have", [{ ids, reward: 1 }, { ids: Int32Array.of(1e6), reward: 0 }], /token id 1000000/], // prettier-ignore
  ])("a source that gives %s", async (_, candidates, message) => {
    const given = method(byLength, { source: sourceOf(() => candidates as never) });
    const promise = run({ method: given });
    expect(await codeOf(promise)).toBe("TW_E_SOURCE_GROUPS");
    await expect(promise).rejects.toThrow(message);
  });

  it.each([
    ["no groups", undefined, /no list of groups/],
    ["too few groups", [], /0 groups for 1 prompts/],
    ["nothing for a prompt", [undefined], /no group of token ids/],
  ])("a source that gives %s", async (_, groups, message) => {
    const source = { name: "own", groupSize: 3, next: () => Promise.resolve(groups as never) };
    const promise = run({ method: method(byLength, { source }) });
    expect(await codeOf(promise)).toBe("TW_E_SOURCE_GROUPS");
    await expect(promise).rejects.toThrow(message);
  });

  it("but not a group with fewer candidates than there are places: the others are missing", async () => {
    const source = sourceOf(() => [{ ids, reward: 1 }, { ids: Int32Array.of(6), reward: 0 }]); // prettier-ignore
    const { history, model } = await run({ method: method(byLength, { source }), steps: 1 });
    expect(history[0]!.metrics.loss).toBeCloseTo(Math.log(2), 4);
    model.dispose();
  });

  it("the anchor of samples without a source, with more than log-probs, or unread", async () => {
    const without = method(byLength, { source: undefined } as never);
    expect(await codeOf(run({ method: without, data: [{ ...pairs[0]!, chosen_reward: 1, rejected_reward: 0 }] }))).toBe(
      "TW_E_SAMPLED_ANCHOR",
    );
    const kl = compose({ ...method(), scorer: implicitReward({ divergence: 1 }), loss: listwise() });
    expect(await codeOf(run({ method: kl }))).toBe("TW_E_SAMPLED_ANCHOR");
    const alone = compose({ ...method(), scorer: logLikelihood(), loss: listwise() });
    expect(await codeOf(run({ method: alone }))).toBe("TW_E_UNUSED_REFERENCE");
    const estimated = { ...method(), auxiliaries: [tokenDivergence({ weight: 0.1 })] };
    (await run({ method: estimated, steps: 1 })).model.dispose();
  });

  const pairLoss = preferenceLoss({
    name: "pair-loss",
    requires: { group: "pair", targets: "hard" },
    loss: ({ preferred }, { scores }) => ({ loss: tf.neg(tf.sum(tf.mul(scores, preferred), 1)) }),
  });
  const ofPairs = (groupSize: number, reward = byLength): Method => ({
    ...method(),
    targets: bestTargets(),
    objectives: [{ scorer: implicitReward(), loss: pairLoss }],
    source: sampledGroups({ groupSize, maxNewTokens: 6, reward }),
  });

  it("a loss of pairs on more than two samples, with the reason; on two it trains, unless their rewards are equal", async () => {
    await expect(run({ method: ofPairs(3) })).rejects.toThrow(
      /the source "sampled-groups" gives 3 candidates a prompt/,
    );
    const counted: RewardFunction = ({ responses }) => responses.map((_, at) => at);
    const { history, model } = await run({ method: ofPairs(2, counted), steps: 2 });
    expect(history.map(({ metrics }) => metrics.grad_norm)).toSatisfy((norms: number[]) =>
      norms.every((norm) => norm > 0),
    );
    model.dispose();
    const equal = run({ method: ofPairs(2, ({ responses }) => responses.map(() => 1)) });
    await expect(equal).rejects.toThrow(/"best-targets" gives 0.5\n.*equal rewards share/);
  });

  it("rewards that nothing reads", async () => {
    const first = method(byLength, { targets: preferFirst() });
    expect(await codeOf(run({ method: first }))).toBe("TW_E_UNUSED_REWARDS");
  });

  it("a prompt that leaves no room for the responses", async () => {
    const source = sampledGroups({ groupSize: 2, maxNewTokens: 100_000, reward: byLength });
    expect(await codeOf(run({ method: method(byLength, { source }) }))).toBe("TW_E_CONTEXT_LENGTH");
  });
});
