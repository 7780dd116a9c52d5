/** The boundary between prompt and response, over chat templates, text, and vocabularies of several kinds. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Json, tinyTokenizer, variant } from "../../test/tiny.ts";
import { tokenizePreference } from "../preferences.ts";
import type { ChatMessage, Tokenizer } from "../tokenizer/tokenizer.ts";

const tiny = await tinyTokenizer();
const say = (role: string, content: string): ChatMessage => ({ role, content });
const error = (code: string) => expect.objectContaining({ code }) as unknown;

/** Text that says something, of any Unicode characters and of pieces that tokenizers stumble over. */
const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom(" ", "\n", "don't", "12", "<|im_end|>", "é", "日本"),
);
const text = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(""))
  .filter((joined) => joined.trim() !== "");
const messages = fc
  .array(fc.tuple(text, text), { maxLength: 2 })
  .chain((turns) =>
    text.map((last) => [...turns.flatMap(([a, b]) => [say("user", a), say("assistant", b)]), say("user", last)]),
  );

/** The same row's tokens, and its text as it went in. */
function check(tokenizer: Tokenizer, row: Json, rendered: readonly [string, string]): void {
  const { prompt, candidates } = tokenizePreference(row, { tokenizer });
  candidates.forEach((candidate, index) => {
    const whole = tokenizer.decode(prompt) + tokenizer.decode(candidate!.ids);
    expect(whole).toBe(rendered[index]);
    expect(tokenizer.decode(Int32Array.of(...prompt, ...candidate!.ids))).toBe(whole);
  });
}

describe("the boundary", () => {
  it("of a conversation: prompt and response decode to what the template rendered, whatever the messages say", () => {
    fc.assert(
      fc.property(messages, text, text, (prompt, a, b) => {
        fc.pre(a !== b);
        const [chosen, rejected] = [[say("assistant", a)], [say("assistant", b)]];
        const rendered = [chosen, rejected].map((side) => tiny.renderChat([...prompt, ...side])) as [string, string];
        check(tiny, { prompt, chosen, rejected }, rendered);
        const { prompt: ids } = tokenizePreference({ prompt, chosen, rejected }, { tokenizer: tiny });
        expect(tiny.decode(ids)).toBe(tiny.renderChat(prompt, { addGenerationPrompt: true }));
      }),
    );
  });

  it("of text: prompt and response decode to the text and its end token", () => {
    fc.assert(
      fc.property(text, text, text, (prompt, chosen, rejected) => {
        fc.pre(chosen !== rejected && ![chosen, rejected].some((side) => side.endsWith("<|im_end|>")));
        check(tiny, { prompt, chosen, rejected }, [`${prompt}${chosen}<|im_end|>`, `${prompt}${rejected}<|im_end|>`]);
      }),
    );
  });

  it("depends on the prompt alone: the same prompt has the same tokens whatever the responses", () => {
    fc.assert(
      fc.property(messages, text, text, text, (prompt, a, b, c) => {
        fc.pre(new Set([a, b, c]).size === 3);
        const row = (x: string, y: string) => ({
          prompt,
          chosen: [say("assistant", x)],
          rejected: [say("assistant", y)],
        });
        const [first, second] = [row(a, b), row(c, b)].map((r) => tokenizePreference(r, { tokenizer: tiny }));
        expect(first!.prompt).toEqual(second!.prompt);
        expect(first!.candidates[1]).toEqual(second!.candidates[1]);
      }),
    );
  });

  it("gives an implicit prompt the tokens of the same prompt given beside", () => {
    const prompt = [say("system", "be brief"), say("user", "what is the best way?")];
    const [chosen, rejected] = [[say("assistant", "to speak")], [say("assistant", "to learn")]];
    const given = tokenizePreference({ prompt, chosen, rejected }, { tokenizer: tiny });
    const whole = { chosen: [...prompt, ...chosen], rejected: [...prompt, ...rejected] };
    expect(tokenizePreference(whole, { tokenizer: tiny })).toEqual(given);
    const firstBeside = {
      prompt: "hi",
      chosen: [say("user", "hi"), ...chosen],
      rejected: [say("user", "hi"), ...rejected],
    };
    const plain = { prompt: [say("user", "hi")], chosen, rejected };
    expect(tokenizePreference(firstBeside, { tokenizer: tiny })).toEqual(
      tokenizePreference(plain, { tokenizer: tiny }),
    );
  });
});

describe("what ends a response", () => {
  const prompt = [say("user", "hi")];
  const row = { prompt, chosen: [say("assistant", "well")], rejected: [say("assistant", "bad")] };
  const chosen = (tokenizer: Tokenizer, endToken?: string | false) => {
    const candidate = tokenizePreference(row, { tokenizer, endToken }).candidates[0]!;
    const [content, end] = [candidate.ids.slice(0, candidate.content), candidate.ids.slice(candidate.content)];
    return [tokenizer.decode(content), tokenizer.decode(end)];
  };

  it("is what the template writes after a message, and not content", () => {
    expect(chosen(tiny)).toEqual(["well", "<|im_end|>\n"]);
    expect(chosen(tiny, "<|endoftext|>")).toEqual(["well", "<|im_end|>\n"]);
  });

  it("is the end token where the template writes no special token", async () => {
    const plain = await variant({
      "chat_template.jinja": "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}",
    });
    expect(chosen(plain)).toEqual(["assistant: well", "\n<|im_end|>"]);
    expect(chosen(plain, "<|endoftext|>")).toEqual(["assistant: well", "\n<|endoftext|>"]);
    expect(chosen(plain, false)).toEqual(["assistant: well", "\n"]);
  });

  it("is the end token after text, once even if the text brings it along", () => {
    const texts = { prompt: "hi", chosen: " well", rejected: " bad<|im_end|>" };
    const ends = (endToken?: string | false) =>
      tokenizePreference(texts, { tokenizer: tiny, endToken }).candidates.map((c) =>
        tiny.decode(c!.ids.slice(c!.content)),
      );
    expect(ends()).toEqual(["<|im_end|>", "<|im_end|>"]);
    expect(ends("<|endoftext|>")).toEqual(["<|endoftext|>", "<|endoftext|>"]);
    expect(ends(false)).toEqual(["", ""]);
  });

  it("must be one token", () => {
    expect(() => chosen(tiny, "the end")).toThrow(error("TW_E_END_TOKEN"));
  });

  it("is told from the text of a template that trims", async () => {
    const template =
      "{% for m in messages %}<|im_start|>{{ m.content | trim }}<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>{% endif %}";
    const trimming = await variant({ "chat_template.jinja": template });
    const spaced = { ...row, chosen: [say("assistant", " well \n")] };
    const { ids, content } = tokenizePreference(spaced, { tokenizer: trimming }).candidates[0]!;
    expect([trimming.decode(ids.slice(0, content)), trimming.decode(ids.slice(content))]).toEqual([
      "well",
      "<|im_end|>",
    ]);
  });

  it.each([
    [
      "renders the prompt otherwise when it is answered",
      "{{ messages|length }}{% for m in messages %}{{ m.content }}{% endfor %}",
    ],
    [
      "ends according to what is said",
      "{% for m in messages %}{{ m.content }}{% if m.content == 'well' %}!{% else %}?{% endif %}{% endfor %}",
    ],
    [
      "leaves out what the assistant says",
      "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}",
    ],
  ])("is refused of a template that %s", async (_, template) => {
    const tokenizer = await variant({ "chat_template.jinja": template });
    expect(() => chosen(tokenizer)).toThrow(error("TW_E_TEMPLATE_BOUNDARY"));
  });
});
