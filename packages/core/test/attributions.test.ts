/** Gradients at the input embeddings, as a step serves them. */
import {
  betaController,
  compose,
  constantBeta,
  derived,
  dpo,
  implicitReward,
  inputGradient,
  listwise,
  logistic,
  overTokens,
  sumTokens,
  tf,
  weighter,
  type Method,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { readRequests } from "../src/index.ts";
import { tinyLlama, tinyPairs, tinySession } from "./sessions.ts";

const l1 = inputGradient({ norm: "l1" });
const needs = { l1, l2: inputGradient({ norm: "l2" }) };
const tokens = derived("test.tokens", "B,T", needs, ({ read }) => tf.clone(read.l1.response));
const euclidean = derived("test.euclidean", "B,T", needs, ({ read }) => tf.clone(read.l2.response));
const totals = derived("test.totals", "P,G", needs, ({ read }) => tf.clone(read.l1.sequenceTotal));

type Examples = ReturnType<typeof tinyPairs>;

async function attributions(examples: Examples, microBatchTokens = 4096) {
  const policy = tinyLlama("policy");
  const read = await readRequests({ policy, examples, needs: { tokens, euclidean, totals }, microBatchTokens });
  policy.dispose();
  return {
    tokens: read.tokens.map((row) => [...row]),
    euclidean: read.euclidean.map((row) => [...row]),
    totals: read.totals.map((row) => row[0]),
  };
}

/** The same numbers as far as the order of additions may differ. */
const expectNear = (actual: readonly number[][], expected: readonly number[][]): void => {
  expect(actual.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  actual.flat().forEach((value, index) => expect(value).toBeCloseTo(expected.flat()[index]!, 4));
};

/** Weights in proportion to the attribution, of mean 1 over prompt and response. */
const attributed = (): Method =>
  compose({
    weighter: weighter({
      name: "attributed",
      needs: { l1 },
      weigh: ({ read, batch }) => ({
        reward: tf.mul(overTokens(sumTokens(batch.responseMask, batch)), tf.div(read.l1.response, overTokens(tf.maximum(1e-9, read.l1.sequenceTotal)))), // prettier-ignore
      }),
    }),
    beta: constantBeta({ beta: 0.3 }),
    scorer: implicitReward(),
    loss: logistic(),
  });

beforeAll(() => useBackend(inject("engine")));

describe("input gradients", () => {
  it("of a candidate do not depend on the other candidates, on the padding or on the micro-batch", async () => {
    const pairs = tinyPairs();
    const all = await attributions(pairs);
    const alone = await Promise.all(
      pairs.flatMap((example) =>
        example.candidates.map((candidate) => attributions([{ ...example, candidates: [candidate] }])),
      ),
    );
    expectNear(all.tokens, alone.flatMap((each) => each.tokens)); // prettier-ignore
    expectNear((await attributions(pairs, 12)).tokens, all.tokens);
    expect(all.tokens.flat().every((value) => value > 0)).toBe(true);
  });

  it("have a total over prompt and response; the l2 norm is the smaller one", async () => {
    const { tokens, euclidean, totals } = await attributions(tinyPairs());
    tokens.forEach((row, index) => {
      expect(row.reduce((sum, value) => sum + value, 0)).toBeLessThan(totals[index]!);
      row.forEach((value, token) => {
        expect(euclidean[index]![token]).toBeLessThan(value);
        expect(euclidean[index]![token]! * Math.sqrt(8)).toBeGreaterThan(value);
      });
    });
  });

  it("of a missing candidate are 0, and those of the others stay", async () => {
    const [first, ...rest] = tinyPairs() as [Examples[number], ...Examples];
    const whole = await attributions([first, ...rest]);
    const missing = await attributions([{ ...first, candidates: [null, first.candidates[1]!] }, ...rest]);
    expectNear(missing.tokens.slice(1), whole.tokens.slice(1));
    expect(missing.tokens[0]).toEqual([]);
    const { session, dispose } = tinySession({ ...attributed(), objectives: listOnly() }, [
      { ...first, candidates: [null, first.candidates[1]!] },
      ...rest,
    ]);
    expect(
      (await session.train([{ ...first, candidates: [null, first.candidates[1]!] }, ...rest])).loss,
    ).toBeGreaterThan(0);
    dispose();
  });

  it("leave no tensor behind, and no gradient of a parameter: the step's is that of the same weights as constants", async () => {
    const pairs = tinyPairs();
    const { session, dispose } = tinySession(attributed(), pairs);
    await session.train(pairs);
    const before = tf.memory().numTensors;
    await session.evaluate(pairs);
    expect(tf.memory().numTensors).toBe(before);
    dispose();
    const fresh = tinySession(attributed(), pairs);
    const tokenizer = { decode: () => "" } as unknown as Parameters<typeof fresh.session.inspect>[1];
    const inspected = await fresh.session.inspect(pairs, tokenizer);
    const weights = inspected.flatMap(({ candidates }) =>
      candidates.map((candidate) => candidate!.tokens.map(({ weight }) => weight)),
    );
    const wide = Math.max(...weights.map(({ length }) => length));
    const table = tf.keep(tf.tensor2d(weights.map((row) => [...row, ...Array<number>(wide - row.length).fill(0)])));
    const frozen: Method = {
      ...attributed(),
      weighter: weighter({ name: "frozen", weigh: () => ({ reward: tf.clone(table) }) }),
    };
    const constant = tinySession(frozen, pairs);
    const [own, same] = [await fresh.session.train(pairs), await constant.session.train(pairs)];
    expect(own.loss).toBeCloseTo(same.loss!, 6);
    expect(own.grad_norm).toBeCloseTo(same.grad_norm!, 5);
    table.dispose();
    [fresh, constant].forEach((each) => each.dispose());
  });

  it("give the numbers of one batch in unequal micro-batches, recomputed activations and a coupled β too", async () => {
    const pairs = tinyPairs();
    const meanBeta = betaController({ name: "mean", coupling: "batch", control: () => ({ beta: 0.3 }) });
    const run = async (method: Method, overrides: Parameters<typeof tinySession>[2]) => {
      const { session, dispose } = tinySession(method, pairs, overrides);
      const { loss, grad_norm: norm } = await session.train(pairs);
      dispose();
      return [loss!, norm!] as const;
    };
    const [loss, norm] = await run(attributed(), {});
    for (const method of [attributed(), { ...attributed(), beta: meanBeta }])
      for (const overrides of [{ microBatchTokens: 20 }, { recompute: true }]) {
        const [sameLoss, sameNorm] = await run(method, overrides);
        expect(sameLoss).toBeCloseTo(loss, 5);
        expect(sameNorm).toBeCloseTo(norm, 4);
      }
  });

  it("are numbers when the tape opens: what is in memory in the main pass is theirs alone", async () => {
    const pairs = tinyPairs();
    const inMemory = async (needs: { readonly l1?: typeof l1 }) => {
      let tensors = 0;
      const watching = weighter({
        name: "watching",
        needs,
        weigh() {
          tensors = tf.memory().numTensors;
          return {};
        },
      });
      const { session, dispose } = tinySession({ ...dpo(), weighter: watching }, pairs);
      await session.train(pairs);
      dispose();
      return tensors;
    };
    expect((await inMemory({ l1 })) - (await inMemory({}))).toBe(2); // of responses, and of sequences
  });

  it("are counted: every candidate with a prompt of its own, beside the packed stream", async () => {
    const pairs = tinyPairs();
    const count = async (method: Method) => {
      const { session, dispose } = tinySession(method, pairs);
      const { num_tokens: tokens } = await session.train(pairs);
      dispose();
      return tokens!;
    };
    const unshared = pairs.reduce(
      (sum, { prompt, candidates }) =>
        sum + candidates.reduce((length, candidate) => length + prompt.length + candidate!.ids.length, 0),
      0,
    );
    expect(await count(attributed())).toBe((await count(dpo())) + unshared);
  });

  it("of another norm than l1 and l2 are refused", async () => {
    const other = inputGradient({ norm: "max" } as never);
    const read = derived("test.other", "B,T", { other }, ({ read }) => tf.clone(read.other.response));
    const policy = tinyLlama("policy");
    await expect(readRequests({ policy, examples: tinyPairs(), needs: { read } })).rejects.toMatchObject({
      code: "TW_E_UNSUPPORTED",
    });
    policy.dispose();
  });
});

const listOnly = (): Method["objectives"] => [{ scorer: implicitReward(), loss: listwise() }];
