/** What annotators compute with. */
import { encodeContinuation, prependText } from "@tokenwise/data";
import { TokenwiseError, type AnnotationTools, type Role } from "@tokenwise/kit";
import type { LanguageModel } from "../language-model.ts";
import type { RunQueue } from "./run-queue.ts";

export interface ToolOptions {
  readonly languages: ReadonlyMap<Role, LanguageModel>;
  readonly digests: ReadonlyMap<Role, string>;
  readonly queue: RunQueue;
  /** Of the example, for messages. */
  readonly place: string;
}

/** Stands for a segment of tokens in a message, to find where the template puts it; no template changes or trims it. */
const mark = "\u{F0000}";

export function annotationTools({ languages, digests, queue, place }: ToolOptions): AnnotationTools {
  const tokenizerOf = (role: Role) => of(languages, role).tokenizer;
  return {
    digest: (role) => of(digests, role),
    prepend: (role, text, prompt) => prependText(tokenizerOf(role), text, prompt),
    chat(role, segments) {
      const tokenizer = tokenizerOf(role);
      const content = segments.map((segment, index) =>
        typeof segment === "string" ? segment : `${mark}${index}${mark}`,
      );
      const message = [{ role: "user", content: content.join("") }];
      const ids: number[] = [];
      const spans: [number, number][] = [];
      // Odd pieces are what stood between marks.
      tokenizer
        .renderChat(message, { addGenerationPrompt: true })
        .split(mark)
        .forEach((piece, at) => {
          const start = ids.length;
          ids.push(...(at % 2 === 0 ? encodeContinuation(tokenizer, piece) : (segments[Number(piece)] as Int32Array)));
          if (at % 2 === 1) spans.push([start, ids.length]);
        });
      return { ids: Int32Array.from(ids), spans };
    },
    run: async ({ prompt, response }, needs) => (await queue.run(place, prompt, response, needs)) as never,
  };
}

function of<T>(values: ReadonlyMap<Role, T>, role: Role): T {
  const value = values.get(role);
  if (value !== undefined) return value;
  throw new TokenwiseError(
    "TW_E_UNKNOWN_MODEL",
    `an annotator asks for the model "${role}", which it does not declare`,
    {
      hint: `it declares: ${[...values.keys()].join(", ")}`,
    },
  );
}
