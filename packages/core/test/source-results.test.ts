/** What a source does where no compiler looked: refused with a code that names it. */
import { readFile } from "node:fs/promises";
import {
  compose,
  constantBeta,
  implicitReward,
  listwise,
  rewardTargets,
  TokenwiseError,
  type GroupSource,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, expect, it } from "vitest";
import { train } from "../src/index.ts";
import { tinyFolder, type TinyFolder } from "./tiny-folder.ts";

let folder: TinyFolder;
let prompt: string;
beforeAll(async () => {
  await useBackend("cpu");
  folder = await tinyFolder();
  const [line = ""] = (await readFile(folder.pairs, "utf8")).split("\n");
  ({ prompt } = JSON.parse(line) as { prompt: string });
});
afterAll(() => folder.remove());

const parts = { beta: constantBeta(), targets: rewardTargets(), scorer: implicitReward(), loss: listwise() };

async function refusalOf(next: GroupSource["next"]): Promise<TokenwiseError> {
  const source = { name: "own", groupSize: 2, next };
  const method = { ...compose(parts), anchor: "sampled", source } as const;
  const options = { model: folder.model, data: [{ prompt }], method, steps: 1, backend: "cpu" } as const;
  const error: unknown = await train(options).catch((reason: unknown) => reason);
  if (TokenwiseError.is(error)) return error;
  throw new Error(`not refused with a code: ${String(error)}`);
}

it("a source that throws, at once or later", async () => {
  const cause = new Error("no network");
  const fail = () => {
    throw cause;
  };
  for (const next of [() => Promise.reject(cause), fail]) {
    const error = await refusalOf(next);
    expect(error).toMatchObject({ code: "TW_E_PART_FAILED", cause });
    expect(error.message).toMatch('source "own" throws: no network');
  }
});

it("a source whose groups have what nothing reads", async () => {
  const candidates = [4, 5].map((id) => ({ ids: Int32Array.of(id), rewards: 1 })) as never;
  const { code, message } = await refusalOf((prompts) => Promise.resolve(prompts.map((prompt) => ({ prompt, candidates })))); // prettier-ignore
  expect(code).toBe("TW_E_PART_RESULT");
  expect(message).toMatch(/^source "own": a candidate .*"rewards", did you mean "reward"\?/);
});

it.each([
  [{ count: 2, maxNewTokens: 3 }, "temperature: missing, expected a number\n"],
  [{ count: 2, maxNewTokens: 3, temperature: 1, topp: 1 }, 'unknown option "topp", did you mean "topP"?'],
  [{ maxNewTokens: 3, temperature: 1 }, "count: expected a whole number, found undefined"],
])("a source that asks for what generation does not take: %j", async (spec, problem) => {
  const { code, message } = await refusalOf(async (_, { generate }) => (await generate([], spec as never)) as never);
  expect(code).toBe("TW_E_GENERATION_OPTIONS");
  expect(message).toMatch(`source "own": ${problem}`);
});
