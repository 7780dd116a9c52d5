/** Chat templates: where a folder keeps them, and rendering by `@huggingface/jinja`. */
import { Environment, Interpreter, Template } from "@huggingface/jinja";
import { TokenwiseError } from "@tokenwise/kit";
import { isObject, type JsonObject } from "./json-file.ts";
import type { SpecialTokens } from "./special-tokens.ts";
import type { ChatMessage, RenderOptions } from "./tokenizer.ts";

export type RenderChat = (messages: readonly ChatMessage[], options?: RenderOptions) => string;

/** As in Jinja's own sandbox. */
const longestRange = 100_000;

function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= longestRange)) throw new Error(`range() of ${length} numbers, more than ${longestRange}`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function raiseException(message: unknown): never {
  throw new Error(String(message));
}

/**
 * What a template sees. The library's own globals are the same but for an unbounded `range` and a clock, `strftime_now`: without
 * one, a template falls back to its fixed date, and the same row gives the same tokens tomorrow.
 */
function globals(variables: Readonly<Record<string, unknown>>): Environment {
  const constants = { true: true, True: true, false: false, False: false, none: null, None: null };
  const environment = new Environment();
  const all = { ...constants, range, raise_exception: raiseException, ...variables };
  for (const [name, value] of Object.entries(all)) environment.set(name, value);
  return environment;
}

/** The template's source: chat_template.jinja goes before `chat_template`, a string or a list of named templates with a "default". */
export function templateSource(jinja: string | undefined, config: JsonObject, file: string): string | undefined {
  const value = config.chat_template;
  if (jinja !== undefined) return jinja;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  const named = Array.isArray(value)
    ? (value as unknown[]).find((entry) => isObject(entry) && entry.name === "default")
    : undefined;
  if (isObject(named) && typeof named.template === "string") return named.template;
  throw new TokenwiseError(
    "TW_E_TOKENIZER_FILE",
    `${file}: chat_template is neither a string nor a list with a "default"`,
  );
}

/** @throws TW_E_TEMPLATE_FAILED  now, where the template cannot be parsed; when rendering, where it raises. */
export function chatRenderer(source: string, tokens: SpecialTokens, folder: string): RenderChat {
  const failed = (cause: unknown) =>
    new TokenwiseError("TW_E_TEMPLATE_FAILED", `the chat template of ${folder} failed: ${(cause as Error).message}`, {
      cause,
    });
  let template: Template;
  try {
    template = new Template(source);
  } catch (cause) {
    throw failed(cause);
  }
  return (messages, { addGenerationPrompt = false } = {}) => {
    const plain = messages.map(({ role, content }) => ({ role, content }));
    try {
      const environment = globals({ ...tokens, messages: plain, add_generation_prompt: addGenerationPrompt });
      const text: unknown = new Interpreter(environment).run(template.parsed).value;
      if (typeof text === "string") return text;
      throw new Error("it gives no text");
    } catch (cause) {
      throw failed(cause);
    }
  };
}
