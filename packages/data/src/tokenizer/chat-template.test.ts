import { describe, expect, it } from "vitest";
import { codeOf, tinyTokenizer, variant } from "../../test/tiny.ts";

const messages = [
  { role: "user", content: "hi" },
  { role: "assistant", content: "well" },
];
const template = (source: string) => variant({ "chat_template.jinja": source });

describe("renderChat", () => {
  it("renders turns, and the assistant's header where asked for", async () => {
    const tokenizer = await tinyTokenizer();
    const prompt = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n";
    expect(tokenizer.renderChat(messages)).toBe(`${prompt}well<|im_end|>\n`);
    expect(tokenizer.renderChat(messages.slice(0, 1), { addGenerationPrompt: true })).toBe(prompt);
  });

  it("knows the special tokens by name", async () => {
    const tokenizer = await template("{{ bos_token }}{{ messages[0].content }}{{ eos_token }}");
    expect(tokenizer.renderChat(messages)).toBe("<|endoftext|>hi<|im_end|>");
  });

  it("takes the template from tokenizer_config.json, a string or the default of a list", async () => {
    const config = { eos_token: "<|im_end|>" };
    const asString = { ...config, chat_template: "A{{ messages|length }}" };
    const asList = {
      ...config,
      chat_template: [
        { name: "tool_use", template: "T" },
        { name: "default", template: "D" },
      ],
    };
    const files = (value: Record<string, unknown>) => ({
      "tokenizer_config.json": value,
      "chat_template.jinja": undefined,
    });
    expect((await variant(files(asString))).renderChat(messages)).toBe("A2");
    expect((await variant(files(asList))).renderChat(messages)).toBe("D");
    expect((await variant({ "tokenizer_config.json": asString })).renderChat(messages)).toContain("<|im_start|>");
    expect(await codeOf(() => variant(files({ ...config, chat_template: [] })))).toBe("TW_E_TOKENIZER_FILE");
  });

  it("says that there is no template", async () => {
    const tokenizer = await variant({ "chat_template.jinja": undefined });
    expect(tokenizer.hasChatTemplate).toBe(false);
    expect(() => tokenizer.renderChat(messages)).toThrow(expect.objectContaining({ code: "TW_E_NO_CHAT_TEMPLATE" }));
  });

  it("refuses a template that cannot be parsed when the tokenizer is loaded", async () => {
    expect(await codeOf(() => template("{% for %}"))).toBe("TW_E_TEMPLATE_FAILED");
  });

  it.each([
    ["raises", "{{ raise_exception('no system role') }}"],
    ["counts without end", "{% for i in range(1000000000000) %}x{% endfor %}"],
    ["counts by steps of zero", "{% for i in range(1, 2, 0) %}x{% endfor %}"],
    ["calls what is not there", "{{ nothing() }}"],
  ])("ends in a coded error where a template %s", async (_, source) => {
    const tokenizer = await template(source);
    expect(() => tokenizer.renderChat(messages)).toThrow(expect.objectContaining({ code: "TW_E_TEMPLATE_FAILED" }));
  });

  it("counts as Python does", async () => {
    const tokenizer = await template(
      "{% for i in range(3) %}{{ i }}{% endfor %} {% for i in range(5, 0, -2) %}{{ i }}{% endfor %}",
    );
    expect(tokenizer.renderChat(messages)).toBe("012 531");
  });

  it("gives a template no clock, so that tokens do not change with the day", async () => {
    const tokenizer = await template(
      "{% if strftime_now is defined %}{{ strftime_now('%Y') }}{% else %}fixed{% endif %}",
    );
    expect(tokenizer.renderChat(messages)).toBe("fixed");
  });
});
