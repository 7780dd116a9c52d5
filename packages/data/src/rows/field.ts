/** What a prompt or response may be: text, chat messages, or token ids. */
import { TokenwiseError } from "@tokenwise/kit";
import { shown } from "../bad-row.ts";
import type { Row } from "../read/parse-row.ts";
import type { ChatMessage } from "../tokenizer/tokenizer.ts";

export interface TextField {
  readonly kind: "text";
  readonly text: string;
}
export interface MessagesField {
  readonly kind: "messages";
  readonly messages: readonly ChatMessage[];
}
export interface IdsField {
  readonly kind: "ids";
  readonly ids: readonly number[];
}
export type Field = TextField | MessagesField | IdsField;

/** Longest text, in UTF-16 units: some 250,000 tokens. Byte-pair encoding holds about 0.5 KB for each. */
export const maxTextLength = 2 ** 20;

const wrongType = (what: string, value: unknown, wanted: string) =>
  new TokenwiseError("TW_E_ROW_TYPE", `${what} is ${shown(value)}, where ${wanted} should stand`);

/** A string without lone surrogates, which no encoding of Unicode can hold. */
function wellFormed(what: string, value: unknown): string {
  if (typeof value !== "string") throw wrongType(what, value, "text");
  if (value.length > maxTextLength)
    throw new TokenwiseError(
      "TW_E_TEXT_TOO_LONG",
      `${what} has ${value.length} characters, more than ${maxTextLength}`,
    );
  if (/\p{Surrogate}/u.test(value))
    throw new TokenwiseError("TW_E_ROW_ENCODING", `${what} holds half of a surrogate pair`);
  return value;
}

function message(what: string, value: unknown): ChatMessage {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrongType(what, value, "a chat message");
  const { role, content } = value as Row;
  return { role: wellFormed(`${what}.role`, role), content: wellFormed(`${what}.content`, content) };
}

/** @throws TW_E_ROW_TYPE, TW_E_ROW_ENCODING */
export function parseField(what: string, value: unknown): Field {
  if (typeof value === "string") return { kind: "text", text: wellFormed(what, value) };
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return parseField(what, Array.from(value as Int32Array));
  if (!Array.isArray(value)) throw wrongType(what, value, "text, chat messages or token ids");
  if (value.length > 0 && value.every((id) => typeof id === "number")) return { kind: "ids", ids: value };
  return { kind: "messages", messages: value.map((entry, index) => message(`${what}[${index}]`, entry)) };
}

/** The row's own value, null too; undefined where it has none. */
export const valueOf = (row: Row, column: string): unknown => (Object.hasOwn(row, column) ? row[column] : undefined);

/** @throws TW_E_ROW_FIELD  where the row has no such column. */
export function requiredField(row: Row, column: string): Field {
  const value = valueOf(row, column);
  if (value !== undefined) return parseField(`"${column}"`, value);
  const keys = Object.keys(row)
    .slice(0, 8)
    .map((key) => shown(key));
  throw new TokenwiseError("TW_E_ROW_FIELD", `no "${column}"; the row has ${keys.join(", ") || "nothing"}`, {
    hint: "name the file's columns by the option `columns`",
  });
}

export const isEmpty = (field: Field): boolean =>
  field.kind === "text"
    ? field.text.trim() === ""
    : field.kind === "ids"
      ? field.ids.length === 0
      : field.messages.length === 0;

/** True for the layout that gives the first user message as text beside whole conversations. */
export function opensWith(field: Field, text: string): boolean {
  const first = field.kind === "messages" ? field.messages[0] : undefined;
  return first?.role === "user" && first.content === text;
}
