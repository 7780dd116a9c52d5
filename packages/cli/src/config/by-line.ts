import { together } from "@tokenwise/core";
import { TokenwiseError, type ErrorCode } from "@tokenwise/kit";

interface Complaint {
  text: string;
  hint: string | undefined;
}

/**
 * Errors about one file as one, in the order of its lines, each complaint once. What flags have done comes last.
 *
 * @param file    as the messages name it.
 * @param errors  at least one.
 */
export function byLine(file: string | undefined, errors: readonly TokenwiseError[], mixed?: ErrorCode): TokenwiseError {
  const whole = together(errors, mixed);
  const complaints = errors.flatMap((error) => complaintsIn(error, file));
  const once = complaints.filter(({ text }, index) => complaints.findIndex((other) => other.text === text) === index);
  if (once.length < 2 && errors.length === 1) return whole;
  const sorted = once.sort((one, other) => lineOf(one, file) - lineOf(other, file));
  const [first] = sorted;
  if (first && sorted.every(({ hint }) => hint === first.hint))
    return new TokenwiseError(whole.code, sorted.map(({ text }) => text).join("\n"), {
      cause: whole.cause,
      ...(first.hint !== undefined && { hint: first.hint }),
    });
  const lines = sorted.flatMap(({ text, hint }, index) =>
    hint === undefined || hint === sorted[index + 1]?.hint ? [text] : [text, hintMark + hint],
  );
  return new TokenwiseError(whole.code, lines.join("\n"), { cause: whole.cause });
}

/** How a message goes on with its hint. */
const hintMark = "  hint: ";

/** A message has a line for each complaint; a hint is for all before it. */
function complaintsIn({ message }: TokenwiseError, file: string | undefined): readonly Complaint[] {
  const complaints: Complaint[] = [];
  let open: Complaint[] = [];
  for (const line of message.split("\n")) {
    const last = open.at(-1);
    if (line.startsWith(hintMark)) {
      for (const complaint of open) complaint.hint = line.slice(hintMark.length);
      open = [];
    } else if (last && !isPlaced(line, file)) last.text += `\n${line}`;
    else {
      const complaint = { text: line, hint: undefined };
      complaints.push(complaint);
      open.push(complaint);
    }
  }
  return complaints;
}

/** A line that names no place goes on with the one before. */
const isPlaced = (line: string, file: string | undefined): boolean =>
  line.startsWith("--") || (file !== undefined && line.startsWith(`${file}:`));

function lineOf({ text }: Complaint, file: string | undefined): number {
  if (file === undefined || !text.startsWith(`${file}:`)) return Infinity;
  return Number(/^\d+(?=:)/.exec(text.slice(file.length + 1))?.[0] ?? 0);
}
