/** The judge on a real model with a tokenizer, and its properties; P6 … P9 are the names they have in the method's specification. */
import { annotate, train, type AnnotateOptions } from "@tokenwise/core";
import { tf, type AnnotationTools, type Request } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { batchOf, reader, tinyFolder, tinyGroups, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import fc from "fast-check";
import { cp, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attentionPo, attentionWeights, weightsColumn, type Options } from "../src/index.ts";
import { tokenShares } from "../src/token-shares.ts";
import { exampleOf, givenJudge, type GivenPass } from "./given-judge.ts";

beforeAll(() => useBackend("cpu"));

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

describe("shares", () => {
  const slice = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
  const slices = slice.chain((one) => fc.tuple(fc.constant(one), fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: one.length, maxLength: one.length }))); // prettier-ignore

  it("P7: are not negative and of sum 1, with the first tokens at the mean share from five tokens on", () => {
    fc.assert(
      fc.property(slices, fc.integer({ min: 0, max: 14 }), ([one, other], sinkTokens) => {
        const shares = tokenShares(one, other, sinkTokens);
        expect(sum(shares)).toBeCloseTo(1, 9);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
        const fixed = shares.length < 5 ? 0 : Math.min(sinkTokens, shares.length);
        for (const share of shares.slice(0, fixed)) expect(share).toBeCloseTo(1 / shares.length, 12);
        if (shares.length < 5) expect(shares).toEqual(tokenShares(one, other, 0));
      }),
    );
  });

  it("P6, P8: do not change with the scale of a slice, nor with which order came first", () => {
    fc.assert(
      fc.property(slices, fc.double({ min: 0.01, max: 100, noNaN: true }), ([one, other], scale) => {
        const scaled = tokenShares(one.map((value) => value * scale), other, 1); // prettier-ignore
        const exchanged = tokenShares(other, one, 1);
        tokenShares(one, other, 1).forEach((share, token) => {
          expect(scaled[token]).toBeCloseTo(share, 9);
          expect(exchanged[token]).toBeCloseTo(share, 12);
        });
      }),
    );
  });

  it("P9: of an answer without attention, or with all of it on its first token, are even", () => {
    expect(tokenShares([0, 0, 0], [0, 0, 0], 1)).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const [first, second] = tokenShares([0, 0], [3, 1], 0); // in one order alone
    expect([first, second]).toEqual([0.625, 0.375]);
    expect(tokenShares([1, 0, 0, 0, 0], [1, 0, 0, 0, 0], 1)).toEqual(Array(5).fill(0.2));
    expect(tokenShares([], [], 1)).toEqual([]);
  });
});

describe("verdicts", () => {
  const pass = (odds: number): GivenPass => ({ length: 4, spanA: [0, 2], spanB: [2, 4], row: () => Float32Array.of(1, 2, 3, 4), odds }); // prettier-ignore
  const shares = async (straight: number, swapped: number) => {
    const [judge] = attentionWeights().annotators!;
    return (await judge!.annotate(exampleOf(2, 2), givenJudge(pass(straight), pass(swapped)))).shares;
  };

  it("agree where both orders name the same answer; the sum of log-odds says which one is preferred", async () => {
    expect(await shares(2, -1)).toEqual({ agreement: 1, accuracy: 1 });
    expect(await shares(-2, 1)).toEqual({ agreement: 1, accuracy: 0 });
    expect(await shares(2, 1)).toEqual({ agreement: 0, accuracy: 1 }); // it prefers whatever comes first
    expect(await shares(1, 2)).toEqual({ agreement: 0, accuracy: 0 });
    expect(await shares(0, 0)).toEqual({ agreement: 0, accuracy: 0.5 });
    expect(await shares(-2, 0)).toEqual({ agreement: 0, accuracy: 0 }); // undecided in one order
  });

  const tokens = (ids: Readonly<Record<string, number>>): AnnotationTools => ({
    ...givenJudge(pass(1), pass(-1)),
    encode: (_, text) => Int32Array.from(text in ids ? [ids[text]!] : []),
  });

  it("are refused where one of them has no token; the vocabulary's first token is one", async () => {
    const [judge] = attentionWeights().annotators!;
    for (const ids of [{ A: 2 }, { B: 2 }, {}])
      await expect(judge!.annotate(exampleOf(2, 2), tokens(ids))).rejects.toMatchObject({ code: "TW_E_JUDGE_VERDICT" });
    for (const ids of [
      { A: 0, B: 1 },
      { A: 1, B: 0 },
    ])
      expect((await judge!.annotate(exampleOf(2, 2), tokens(ids))).shares).toEqual({ agreement: 1, accuracy: 1 });
  });

  it("are told by the logit of the one's first token less that of the other's, whatever else the judge would say", async () => {
    const [judge] = attentionWeights({ layers: [0] }).annotators!;
    const given = tokens({ A: 2, B: 0 });
    const asked: Request[] = [];
    const run: AnnotationTools["run"] = (input, needs) => (
      asked.push(Object.values(needs).at(-1)!),
      given.run(input, needs)
    );
    await judge!.annotate(exampleOf(2, 2), { ...given, run });
    const batch = batchOf([
      [
        { promptLength: 1, response: [2] },
        { promptLength: 1, response: [2] },
      ],
    ]);
    const logits = tf.tensor3d([[[0.5, 9, 2]], [[1, -3, -2]]]); // prettier-ignore
    const read = reader({
      batch,
      logits: { policy: tf.zerosLike(logits), reference: tf.zerosLike(logits), judge: logits },
    });
    for (const request of asked) expect([...(read(request) as tf.Tensor).dataSync()]).toEqual([1.5, -3]);
    expect(asked).toHaveLength(2);
  });

  it("are asked for after the request's last tokens, and read from the last position, mean over the heads", async () => {
    const [judge] = attentionWeights({ maxRequest: 2 }).annotators!;
    const [seen, asked]: [unknown[], unknown[]] = [[], []];
    const given = givenJudge(pass(1), pass(-1));
    await judge!.annotate(
      { ...exampleOf(2, 2), prompt: Int32Array.of(5, 6, 7) },
      {
        ...given,
        chat: (role, message, options) => (seen.push(message[1]), given.chat(role, message, options)),
        run: (input, needs) => (asked.push(Object.values(needs)[0]!.options), given.run(input, needs)),
      },
    );
    expect(seen).toEqual([Int32Array.of(6, 7), Int32Array.of(6, 7)]);
    expect(asked).toMatchObject(Array(2).fill({ query: "last", heads: "mean" }));
  });
});

describe("on a folder", () => {
  let folder: TinyFolder;
  beforeAll(async () => {
    folder = await tinyFolder();
    const template = "{% for m in messages %}<s> {{ m.content }} </s>{% endfor %}{% if add_generation_prompt %}<s>{% endif %}"; // prettier-ignore
    await writeFile(`${folder.model}/chat_template.jinja`, template);
    await cp(folder.model, folder.path("bare"), { recursive: true });
    await writeFile(folder.path("bare/chat_template.jinja"), "{{ messages[0].content[:2] }}");
  });
  afterAll(() => folder.remove());

  const short: Options = { judgePrompt: ["saw ", " never ", " often ", " was"], verdicts: ["dull", "loud"] };
  const run = (options: Options = {}, more: Partial<AnnotateOptions> = {}) =>
    annotate({ ...{ model: folder.model, data: tinyPairs(8), backend: "cpu" }, method: attentionPo({ ...short, ...options }), ...more }); // prettier-ignore

  it("weighs each token of text by mean 1, end tokens 0, reports the verdicts, and trains", async () => {
    const { examples, columns, shares } = await run({ layers: [0, -1, 0.5, "rollout"] });
    expect(columns[0]).toMatchObject({ name: weightsColumn, computed: 8 });
    for (const { candidates, columns: own } of examples)
      candidates.forEach((candidate, answer) => {
        const weights = own![weightsColumn]![answer]!;
        const { ids, content } = candidate!;
        expect(weights).toHaveLength(ids.length);
        expect(sum(weights)).toBeCloseTo(content, 4);
        expect([...weights.slice(content)]).toEqual(Array(ids.length - content).fill(0));
      });
    expect(shares.map(({ name, rows }) => [name, rows])).toEqual([
      ["agreement", 8],
      ["accuracy", 8],
    ]);
    const { history, model } = await train({
      ...{ model: folder.model, data: examples, method: attentionPo({ ...short, beta: 0.5 }), steps: 12, batchSize: 4 },
      ...{ learningRate: 0.01, backend: "cpu" },
    });
    expect(history.at(-1)!.metrics.loss).toBeLessThan(history[0]!.metrics.loss!);
    model.dispose();
  });

  it("reads whole answers, whatever the prompt; of long ones the first tokens alone, and the request's last", async () => {
    const weights = async (options: Options) => (await run(options)).examples[1]!.columns![weightsColumn]!;
    const [chosen] = await weights({ maxAnswer: 2 });
    expect(sum(chosen!)).toBeCloseTo(2, 5);
    expect([...chosen!.slice(2)].every((weight) => weight === 0)).toBe(true);
    expect(await weights({ maxRequest: 1 })).not.toEqual(await weights({}));
    expect(await weights({ maxRequest: 99, maxAnswer: 99 })).toEqual(await weights({}));
  });

  it("sums or averages layers, scales by length or not, and mends the first token or not", async () => {
    const long = [{ prompt: "we saw", chosen: " it was never dull but often loud", rejected: " this play twice and it was" }]; // prettier-ignore
    const weights = async (options: Options) => (await run(options, { data: long })).examples[0]!.columns![weightsColumn]![0]!; // prettier-ignore
    const mean = await weights({ layers: [0, 1] });
    const [total, share, plain] = [await weights({ layers: [0, 1], combine: "sum" }), await weights({ layers: [0, 1], lengthScale: false }), await weights({ layers: [0, 1], sinkTokens: 0 })]; // prettier-ignore
    mean.forEach((weight, token) => {
      expect(total[token]).toBeCloseTo(2 * weight, 5);
      expect(share[token]! * 7).toBeCloseTo(weight, 5);
    });
    expect(mean[0]).toBeCloseTo(1, 5);
    expect(plain[0]).not.toBeCloseTo(1, 2);
    expect(await weights({ layers: [0.5] })).toEqual(await weights({ layers: [0] }));
    expect(await weights({ layers: [-1] })).toEqual(await weights({ layers: [1] }));
  });

  it("does without a chat template where it is told so, and with other words gives other weights", async () => {
    const one = await run({ chatTemplate: false }, { models: { judge: folder.path("bare") } });
    const other = await run({ chatTemplate: false, judgePrompt: ["we ", " but ", " and ", " was"] });
    expect(one.examples[0]!.columns).not.toEqual(other.examples[0]!.columns);
  });

  it.each<[string, Options, Partial<AnnotateOptions>, string]>([
    ["verdicts that are one token", { verdicts: ["A", "B"] }, {}, "TW_E_JUDGE_VERDICT"],
    ["groups", {}, { data: tinyGroups(2, 1) }, "TW_E_NEEDS_PAIRS"],
    ["a layer that the judge does not have", { layers: [2] }, {}, "TW_E_ATTENTION_LAYER"],
    ["a prompt longer than the judge's context", { judgePrompt: ["it was never dull but often loud ".repeat(5), " ", " ", " "] }, {}, "TW_E_TOO_LONG"],
  ])("refuses %s", async (_, options, more, code) => {
    await expect(run(options, more)).rejects.toMatchObject({ code });
  }); // prettier-ignore

  it("refuses a judge whose chat template changes the message", async () => {
    await expect(run({}, { models: { judge: folder.path("bare") } })).rejects.toMatchObject({ code: "TW_E_TEMPLATE_SEGMENTS" }); // prettier-ignore
  });
});
