import { readPrompts, type Tokenizer } from "@tokenwise/data";
import { TokenwiseError } from "@tokenwise/kit";
import type { Output } from "../io.ts";
import { describeReport } from "../train/describe-event.ts";

export interface Prompt {
  readonly text: string;
  readonly ids: Int32Array;
}

export interface PromptOptions {
  readonly prompt?: readonly string[] | undefined;
  readonly prompts?: string | undefined;
  readonly chat: boolean;
}

/** The prompts that the command line gives. @throws TW_E_USAGE  if it gives none, or chat without a prompt. */
export async function gatherPrompts(
  { prompt: texts = [], prompts: file, chat }: PromptOptions,
  tokenizer: Tokenizer,
  stderr: Output,
): Promise<readonly Prompt[]> {
  if (texts.length === 0 && file === undefined)
    throw new TokenwiseError("TW_E_USAGE", "there is no prompt", { hint: "give --prompt TEXT or --prompts FILE" });
  if (chat && texts.length === 0)
    throw new TokenwiseError("TW_E_USAGE", "--chat is for --prompt", { hint: "rows of chat messages need no flag" });
  const typed = texts.map((text): Prompt => {
    if (!chat) return { text, ids: tokenizer.encode(text) };
    const rendered = tokenizer.renderChat([{ role: "user", content: text }], { addGenerationPrompt: true });
    return { text, ids: tokenizer.encode(rendered, { addSpecialTokens: false }) };
  });
  if (file === undefined) return typed;
  const { examples, report } = await readPrompts(file, { tokenizer });
  describeReport(file, report, "").forEach((line) => stderr.write(`${line}\n`));
  return [...typed, ...examples.map(({ text, prompt }) => ({ text, ids: prompt }))];
}
