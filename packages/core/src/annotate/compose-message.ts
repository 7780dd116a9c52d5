/** A message for a model, of texts and of tokens that stay as they are. */
import { beginsTexts, encodeContinuation, type Tokenizer } from "@tokenwise/data";
import { TokenwiseError } from "@tokenwise/kit";

export interface ComposedMessage {
  readonly ids: Int32Array;
  /** Where each token segment stands. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** Stands for a segment of tokens in the text, to find where a template puts it; no template changes or trims it. */
const mark = "\u{F0000}";

/**
 * Texts are tokenized between the segments of tokens, which are copied: where they stand is known, not searched for.
 *
 * @param template  whether it is a user's message in the chat template; if not, the texts alone, after BOS where texts begin with it.
 * @throws TW_E_NO_CHAT_TEMPLATE, TW_E_TEMPLATE_FAILED
 * @throws TW_E_TEMPLATE_SEGMENTS  if the template leaves a segment out, repeats it or puts it elsewhere.
 */
export function composeMessage(
  tokenizer: Tokenizer,
  segments: readonly (string | Int32Array)[],
  template: boolean,
): ComposedMessage {
  const tokens = segments.filter((segment) => typeof segment !== "string");
  let next = 0;
  const content = segments
    .map((segment) => (typeof segment === "string" ? segment : `${mark}${next++}${mark}`))
    .join("");
  if (template && !tokenizer.hasChatTemplate)
    throw new TokenwiseError(
      "TW_E_NO_CHAT_TEMPLATE",
      `${tokenizer.folder} has no chat template, in which the annotator puts what it asks`,
      { hint: "add chat_template.jinja to it, or set the annotator's option to do without (chatTemplate: false)" },
    );
  const text = template ? tokenizer.renderChat([{ role: "user", content }], { addGenerationPrompt: true }) : content;
  const pieces = text.split(mark); // odd ones are what stood between marks
  if (pieces.length !== 2 * tokens.length + 1 || tokens.some((_, index) => pieces[2 * index + 1] !== String(index)))
    throw new TokenwiseError(
      "TW_E_TEMPLATE_SEGMENTS",
      `the message has ${tokens.length} token segments, and not all of them once and in order in the chat template of ${tokenizer.folder}`,
      { hint: "use a template that puts a user's message where it belongs, unchanged" },
    );
  const ids: number[] = !template && beginsTexts(tokenizer) ? [tokenizer.bosId!] : [];
  const spans: [number, number][] = [];
  pieces.forEach((piece, at) => {
    const start = ids.length;
    for (const id of at % 2 === 0 ? encodeContinuation(tokenizer, piece) : tokens[Number(piece)]!) ids.push(id);
    if (at % 2 === 1) spans.push([start, ids.length]);
  });
  return { ids: Int32Array.from(ids), spans };
}
