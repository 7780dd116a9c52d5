/** The prompt and the responses that a preference row means. */
import { TokenwiseError } from "@tokenwise/kit";
import type { Row } from "../read/parse-row.ts";
import { type Field, opensWith, parseField, requiredField, valueOf } from "./field.ts";
import { splitMessages, splitText } from "./implicit-prompt.ts";

export interface NamedResponse {
  /** How error messages call it. */
  readonly what: string;
  readonly field: Field;
}

export interface Conversation {
  readonly prompt: Field;
  readonly responses: readonly (NamedResponse | null)[];
}

export interface ConversationColumns {
  readonly prompt?: string | undefined;
  readonly chosen?: string | undefined;
  readonly rejected?: string | undefined;
  readonly candidates?: string | undefined;
}

/** chosen and rejected hold the whole conversation. @throws TW_E_ROW_FIELD, TW_E_ROW_TYPE */
function implicit(chosen: NamedResponse, rejected: NamedResponse, promptColumn: string): Conversation {
  const [a, b] = [chosen.field, rejected.field];
  const pair = (prompt: Field, first: Field, second: Field) => ({
    prompt,
    responses: [
      { ...chosen, field: first },
      { ...rejected, field: second },
    ],
  });
  if (a.kind === "text" && b.kind === "text") {
    const { prompt, chosen, rejected } = splitText(a.text, b.text);
    return pair({ kind: "text", text: prompt }, { kind: "text", text: chosen }, { kind: "text", text: rejected });
  }
  if (a.kind === "messages" && b.kind === "messages") {
    const split = splitMessages(a.messages, b.messages);
    const field = (messages: typeof split.prompt): Field => ({ kind: "messages", messages });
    return pair(field(split.prompt), field(split.chosen), field(split.rejected));
  }
  if (a.kind === "ids" && b.kind === "ids") {
    throw new TokenwiseError("TW_E_ROW_FIELD", `no "${promptColumn}": token ids need their prompt beside them`);
  }
  throw new TokenwiseError("TW_E_ROW_TYPE", `${chosen.what} and ${rejected.what} are of different kinds`);
}

function group(row: Row, column: string, prompt: Field): Conversation {
  const value = valueOf(row, column);
  if (!Array.isArray(value) || value.length < 2) {
    throw new TokenwiseError("TW_E_ROW_TYPE", `"${column}" is not an array of two or more responses`);
  }
  const responses = value.map((entry: unknown, index): NamedResponse | null => {
    const what = `"${column}"[${index}]`;
    return entry === null ? null : { what, field: parseField(what, entry) };
  });
  if (responses.filter((response) => response !== null).length >= 2) return { prompt, responses };
  throw new TokenwiseError("TW_E_ROW_TYPE", `"${column}" has fewer than two responses`);
}

/**
 * One response and a label instead of responses to compare.
 *
 * @throws TW_E_UNPAIRED
 */
function refuseUnpaired(row: Row, columns: ConversationColumns): void {
  const { chosen = "chosen", rejected = "rejected" } = columns;
  if ([chosen, rejected].some((column) => valueOf(row, column) !== undefined)) return;
  const [completion, label] = ["completion", "label"].map((column) => valueOf(row, column));
  if (completion === undefined || label === undefined) return;
  throw new TokenwiseError(
    "TW_E_UNPAIRED",
    "one completion and a label: nothing here learns from single responses, methods compare responses to one prompt",
    {
      hint: 'join rows of one prompt: chosen from a good, rejected from a bad one, or all of them as candidates with rewards; the good ones alone serve supervised training, rows: "completions"',
    },
  );
}

/** @throws TW_E_ROW_FIELD, TW_E_ROW_TYPE, TW_E_ROW_ENCODING, TW_E_UNPAIRED */
export function conversation(row: Row, columns: ConversationColumns): Conversation {
  const promptColumn = columns.prompt ?? "prompt";
  const candidates = columns.candidates ?? "candidates";
  const isGroup =
    columns.candidates !== undefined || (columns.chosen === undefined && valueOf(row, candidates) !== undefined);
  if (isGroup) return group(row, candidates, requiredField(row, promptColumn));
  refuseUnpaired(row, columns);
  const [chosen, rejected] = [columns.chosen ?? "chosen", columns.rejected ?? "rejected"].map((column) => ({
    what: `"${column}"`,
    field: requiredField(row, column),
  })) as [NamedResponse, NamedResponse];
  if (columns.prompt === undefined && valueOf(row, promptColumn) === undefined)
    return implicit(chosen, rejected, promptColumn);
  const prompt = requiredField(row, promptColumn);
  const whole = prompt.kind === "text" && [chosen, rejected].every(({ field }) => opensWith(field, prompt.text));
  return whole ? implicit(chosen, rejected, promptColumn) : { prompt, responses: [chosen, rejected] };
}
