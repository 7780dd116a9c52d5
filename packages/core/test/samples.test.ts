/** Samples that parts declare: drawn before a step, scored in it. */
import { betaController, dpo, logRatio, scorer, sumTokens, tf, tokenLogProb, type Method } from "@tokenwise/kit";
import { generate, useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { readRequests } from "../src/index.ts";
import { tinyPairs, tinySession } from "./sessions.ts";
import { drawn, staying } from "./staying.ts";

/** What was asked of the generator, and given by it. */
function recorded() {
  const calls: { readonly seed: number; readonly prompts: number; readonly maxNewTokens: number }[] = [];
  const responses: Int32Array[] = [];
  const recording: typeof generate = (model, prompts, options) => {
    calls.push({ seed: options.seed, prompts: prompts.length, maxNewTokens: options.maxNewTokens });
    const made = generate(model, prompts, options);
    responses.push(...made);
    return made;
  };
  return { calls, responses, sampling: { generate: recording, stopTokens: [2] } };
}

beforeAll(() => useBackend(inject("engine")));

describe("samples of a step", () => {
  it("are scored with a gradient under the policy, and under the reference: the loss is that of the same rows as data", async () => {
    const pairs = tinyPairs();
    const { responses, sampling } = recorded();
    const { session, policy, reference, dispose } = tinySession(staying(), pairs, { learningRate: 0 }, { sampling });
    const metrics = await session.train(pairs);
    const examples = pairs.map((example, row) => ({
      ...example,
      candidates: [{ ids: responses[row]!, content: responses[row]!.length }],
    }));
    const { ratio } = await readRequests({ policy, reference, examples, needs: { ratio: logRatio } });
    const sums = ratio.map((row) => row.reduce((sum, value) => sum + value, 0));
    expect(metrics["stay/loss"]).toBeCloseTo(-sums.reduce((sum, value) => sum + value, 0) / pairs.length, 5);
    dispose();
  });

  it("carry the gradient of finite differences", async () => {
    const pairs = tinyPairs();
    const alone: Method = { ...staying(), objectives: [] };
    const fixed = pairs.map((_, row) => Int32Array.of(3 + row, 7, 2));
    const sampling = { generate: () => fixed, stopTokens: [2] };
    const { session, policy, dispose } = tinySession(alone, pairs, { learningRate: 0 }, { sampling });
    const name = "model.layers.0.mlp.up_proj.weight";
    const weights = policy.parameters.get(name)!;
    const value = tf.clone(weights);
    const direction = tf.tensor(
      Float32Array.from({ length: value.size }, (_, i) => Math.sin(1 + i)),
      value.shape,
    );
    const at = async (step: number) => {
      weights.assign(tf.add(value, tf.mul(direction, step)));
      const { loss } = await session.evaluate(pairs);
      return loss!;
    };
    const expected = ((await at(1e-2)) - (await at(-1e-2))) / 2e-2;
    weights.assign(value);
    dispose();
    // Plain descent by 1 along the gradient: what moved is the gradient.
    const descent = { learningRate: 1, weightDecay: 0, optimizer: { kind: "sgd" } } as const;
    const again = tinySession(alone, pairs, descent, { sampling });
    await again.session.train(pairs);
    const moved = tf.sub(value, again.policy.parameters.get(name)!);
    expect(tf.sum(tf.mul(moved, direction)).dataSync()[0]).toBeCloseTo(expected, 3);
    again.dispose();
    tf.dispose([value, direction, moved]);
  });

  it("are the same however the step is cut, and other ones in the next step", async () => {
    const pairs = tinyPairs();
    const run = async (microBatchTokens: number) => {
      const { responses, calls, sampling } = recorded();
      const { session, dispose } = tinySession(staying(), pairs, { microBatchTokens }, { sampling });
      const metrics = [await session.train(pairs), await session.train(pairs)];
      dispose();
      return { responses: responses.map((ids) => [...ids]), calls, metrics };
    };
    const [whole, cut] = [await run(4096), await run(12)];
    expect(cut.responses).toEqual(whole.responses);
    expect(whole.calls.map(({ seed }) => seed)).toEqual(cut.calls.map(({ seed }) => seed));
    expect(new Set(whole.calls.map(({ seed }) => seed)).size).toBe(2);
    cut.metrics.forEach(({ loss, grad_norm: norm }, step) => {
      expect(loss).toBeCloseTo(whole.metrics[step]!.loss!, 5);
      expect(norm).toBeCloseTo(whole.metrics[step]!.grad_norm!, 4);
    });
  });

  it("that end at once have their end token, and are told", async () => {
    const pairs = tinyPairs();
    const sampling = { generate: () => pairs.map((_, row) => (row === 0 ? Int32Array.of(5, 2) : Int32Array.of(2))), stopTokens: [2] }; // prettier-ignore
    const { session, dispose } = tinySession(staying(), pairs, {}, { sampling });
    const metrics = await session.train(pairs);
    expect(metrics["stay/own-tokens"]).toBeCloseTo((2 + pairs.length - 1) / pairs.length, 6);
    expect(metrics["stay/own-empty"]).toBeCloseTo((pairs.length - 1) / pairs.length, 6);
    expect(metrics["stay/own-drawn"]).toBeUndefined();
    expect(metrics.loss).toBeGreaterThan(0);
    dispose();
  });

  it("without any token are their end token; where none is known, the row is named", async () => {
    const pairs = tinyPairs();
    const lossOf = async (generate: () => Int32Array[], stopTokens: readonly number[]) => {
      const { session, dispose } = tinySession(staying(), pairs, {}, { sampling: { generate, stopTokens } });
      try {
        return await session.train(pairs);
      } finally {
        dispose();
      }
    };
    const nothing = () => pairs.map(() => new Int32Array());
    expect(await lossOf(nothing, [2])).toEqual(await lossOf(() => pairs.map(() => Int32Array.of(2)), [2]));
    await expect(lossOf(nothing, [])).rejects.toThrow(/golden:1: the sample stay\/own has no token/);
  });

  it("are counted: prompt and response once to draw them, and once to score them", async () => {
    const pairs = tinyPairs();
    const count = async (method: Method) => {
      const { responses, sampling } = recorded();
      const { session, dispose } = tinySession(method, pairs, {}, { sampling });
      const { num_tokens: tokens } = await session.train(pairs);
      dispose();
      return { tokens: tokens!, drawn: responses.reduce((sum, { length }) => sum + length, 0) };
    };
    const [plain, sampled] = [await count(dpo()), await count(staying())];
    const prompts = pairs.reduce((sum, { prompt }) => sum + prompt.length, 0);
    expect(sampled.tokens).toBe(plain.tokens + 2 * (prompts + sampled.drawn));
  });

  it("end where the model's context ends", async () => {
    const [first, ...rest] = tinyPairs();
    const pairs = [{ ...first!, prompt: Int32Array.of(...first!.prompt, 7) }, ...rest];
    const asked = new Map<number, number>();
    const sampling = {
      generate: ((_, prompts, { maxNewTokens }) => {
        for (const { length } of prompts) asked.set(length, maxNewTokens);
        return prompts.map(() => Int32Array.of(5));
      }) satisfies typeof generate,
    };
    const { session, policy, dispose } = tinySession(staying({ maxNewTokens: 5000 }), pairs, {}, { sampling });
    await session.train(pairs);
    const context = policy.config.maxPositionEmbeddings;
    expect([...asked]).toEqual(pairs.slice(0, 2).map(({ prompt: { length } }) => [length, context - length]));
    dispose();
  });

  it("of a scorer are there when scores are gathered for a coupled part, and when rows are inspected", async () => {
    const pairs = tinyPairs();
    const own = scorer({
      name: "own",
      needs: { own: tokenLogProb("policy") },
      samples: { drawn: { generate: drawn, needs: { logProb: tokenLogProb("policy") } } },
      score: ({ batch, read, sample }) => {
        const baseline = tf.reshape(sumTokens(sample.drawn.read.logProb, sample.drawn.batch), [-1, 1]);
        return { score: tf.sub(sumTokens(read.own, batch), baseline) };
      },
    });
    const coupled = betaController({ name: "b", coupling: "batch", control: () => ({ beta: 0.1 }) });
    const method: Method = { ...dpo(), beta: coupled, objectives: [{ ...dpo().objectives[0]!, scorer: own }] };
    const { session, dispose } = tinySession(method, pairs);
    const before = tf.memory().numTensors;
    const { loss } = await session.evaluate(pairs);
    const tokenizer = { decode: () => "" } as unknown as Parameters<typeof session.inspect>[1];
    const groups = await session.inspect(pairs, tokenizer);
    expect(groups.reduce((sum, group) => sum + group.loss, 0) / groups.length).toBeCloseTo(loss!, 5);
    expect(tf.memory().numTensors).toBe(before);
    dispose();
  });
});

describe("samples that are kept for several steps", () => {
  it("are drawn anew once they are so many steps old", async () => {
    const pairs = tinyPairs();
    const { calls, sampling } = recorded();
    const { session, dispose } = tinySession(staying({ every: 2 }), pairs, {}, { sampling });
    const shares: number[] = [];
    for (const batch of [pairs.slice(0, 2), pairs, pairs, pairs.slice(0, 1)])
      shares.push((await session.train(batch))["stay/own-drawn"]!);
    expect(shares).toEqual([1, 0.5, 0.5, 0]); // the second half is a step younger than the first
    expect(calls.filter(({ prompts }) => prompts > 0).map(({ prompts }) => prompts)).toEqual([2, 2, 2]);
    dispose();
  });

  it("are not those of an evaluation, whose draws are the same every time", async () => {
    const pairs = tinyPairs();
    const { calls, sampling } = recorded();
    const { session, dispose } = tinySession(staying({ every: 9 }), pairs, {}, { sampling });
    await session.train(pairs);
    const kept = JSON.stringify(Object.fromEntries(session.states));
    const first = await session.evaluate(pairs);
    const second = await session.evaluate(pairs);
    expect(second).toEqual(first);
    expect(JSON.stringify(Object.fromEntries(session.states))).toBe(kept);
    const [, one, two] = calls.map(({ seed }) => seed);
    expect(one).toBe(two);
    dispose();
  });
});
