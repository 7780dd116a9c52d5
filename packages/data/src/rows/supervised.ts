/** The prompt and the completion that a supervised row means. */
import { TokenwiseError } from "@tokenwise/kit";
import type { Row } from "../read/parse-row.ts";
import { type Field, opensWith, requiredField, valueOf } from "./field.ts";

export interface SupervisedColumns {
  readonly prompt?: string | undefined;
  readonly completion?: string | undefined;
  readonly messages?: string | undefined;
  readonly text?: string | undefined;
}

/** `what` is how error messages call the completion. */
export type Supervised =
  | { readonly kind: "completion"; readonly prompt: Field; readonly completion: Field; readonly what: string }
  | { readonly kind: "text"; readonly text: string; readonly what: string };

const wrongType = (what: string, wanted: string) => new TokenwiseError("TW_E_ROW_TYPE", `${what} is not ${wanted}`);

/** All but the last message is the prompt; that the last is the assistant's, its tokenizer checks. */
function wholeConversation(field: Field, what: string): Supervised {
  if (field.kind !== "messages") throw wrongType(what, "an array of chat messages");
  const part = (from: number, to?: number): Field => ({ kind: "messages", messages: field.messages.slice(from, to) });
  return { kind: "completion", prompt: part(0, -1), completion: part(-1), what: `the last message of ${what}` };
}

/** A conversation may stand as the completion, without its prompt or with the first user message as text beside it. */
function withPrompt(row: Row, promptColumn: string, mapped: boolean, completion: Field, what: string): Supervised {
  const alone = !mapped && valueOf(row, promptColumn) === undefined;
  if (alone && completion.kind === "messages") return wholeConversation(completion, what);
  const prompt = requiredField(row, promptColumn);
  const repeats = prompt.kind === "text" && opensWith(completion, prompt.text);
  return repeats ? wholeConversation(completion, what) : { kind: "completion", prompt, completion, what };
}

/** A completion goes before `messages`, and these before `text`. @throws TW_E_ROW_FIELD, TW_E_ROW_TYPE, TW_E_ROW_ENCODING */
export function supervised(row: Row, columns: SupervisedColumns): Supervised {
  const { prompt = "prompt", completion = "completion", messages = "messages", text = "text" } = columns;
  const has = (column: string, mapped: string | undefined) =>
    mapped !== undefined || valueOf(row, column) !== undefined;
  if (has(completion, columns.completion)) {
    const field = requiredField(row, completion);
    return withPrompt(row, prompt, columns.prompt !== undefined, field, `"${completion}"`);
  }
  if (has(messages, columns.messages)) return wholeConversation(requiredField(row, messages), `"${messages}"`);
  if (has(text, columns.text)) {
    const field = requiredField(row, text);
    if (field.kind === "text") return { kind: "text", text: field.text, what: `"${text}"` };
    throw wrongType(`"${text}"`, "text");
  }
  throw new TokenwiseError("TW_E_ROW_FIELD", `none of "${completion}", "${messages}", "${text}"`, {
    hint: "give prompt and completion, messages, or text; or name the file's columns by the option `columns`",
  });
}
