import type { AnnotationTools } from "@tokenwise/kit";
import { expect, it } from "vitest";
import { contrast } from "../src/index.ts";

/** Log-probabilities by formula, of the role, of the first token of the prompt and of the response's tokens. */
const logProb = (role: string, first: number, id: number): number => -Math.abs(Math.sin(role.length * id + first));

/** A prompt is begun with its text's length, by the tokenizer of the role, and holds the example's own. */
const tools = (models: Readonly<Record<string, string>>): AnnotationTools => ({
  digest: (role) => models[role] ?? role,
  prepend: (role, text, prompt) => Int32Array.of(text.length + 100 * Object.keys(models).indexOf(role), ...prompt),
  chat: () => {
    throw new Error("the contrast of two models asks no judge");
  },
  encode: () => {
    throw new Error("the contrast of two models has no verdicts");
  },
  withoutSpecial: () => {
    throw new Error("the contrast of two models reads prompts as they are");
  },
  run: ({ prompt, response = new Int32Array() }, needs) =>
    Promise.resolve(
      Object.fromEntries(
        Object.entries(needs).map(([name, request]) => [
          name,
          Float32Array.from(response, (id) => logProb(request?.models[0] ?? "", prompt[0]!, id)),
        ]),
      ) as never,
    ),
});

const example = {
  prompt: Int32Array.of(5),
  responses: [
    { ids: Int32Array.of(3, 4, 2), content: 2 },
    { ids: Int32Array.of(7, 2), content: 1 },
  ],
};

it("the column is the positive model's log-probability less the negative one's, each after its own text", async () => {
  const annotator = contrast({ positivePrompt: "good", negativePrompt: "very bad" });
  const { columns } = await annotator.annotate(example, tools({ positive: "one", negative: "one" }));
  const expected = example.responses.map(({ ids }) =>
    Array.from(ids, (id) => Math.fround(logProb("positive", 4, id)) - Math.fround(logProb("negative", 108, id))),
  );
  expect(columns["tis-dpo.log-ratio"]!.map((values) => values.length)).toEqual([3, 2]);
  columns["tis-dpo.log-ratio"]!.forEach((values, row) =>
    values.forEach((value, token) => expect(value).toBeCloseTo(expected[row]![token]!, 6)),
  );
});

it("columns say which annotator made them", () => {
  expect(contrast({ positivePrompt: "", negativePrompt: "" }).name).toBe("tis-dpo.contrast");
});

it("one model after one text has no contrast, two models after it have", async () => {
  const annotator = contrast({ positivePrompt: "", negativePrompt: "" });
  const same = annotator.annotate(example, tools({ positive: "one", negative: "one" }));
  await expect(same).rejects.toMatchObject({ code: "TW_E_NO_CONTRAST" });
  const two = await annotator.annotate(example, tools({ positive: "one", negative: "other" }));
  expect(two.columns["tis-dpo.log-ratio"]).toHaveLength(2);
});
