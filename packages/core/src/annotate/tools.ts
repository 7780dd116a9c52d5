/** What annotators compute with. */
import { encodeContinuation, prependText } from "@tokenwise/data";
import { TokenwiseError, type AnnotationTools, type Role } from "@tokenwise/kit";
import type { LanguageModel } from "../language-model.ts";
import { composeMessage } from "./compose-message.ts";
import type { RunQueue } from "./run-queue.ts";

export interface ToolOptions {
  readonly languages: ReadonlyMap<Role, LanguageModel>;
  readonly digests: ReadonlyMap<Role, string>;
  readonly queue: RunQueue;
  /** Of the example, for messages. */
  readonly place: string;
}

export function annotationTools({ languages, digests, queue, place }: ToolOptions): AnnotationTools {
  const tokenizerOf = (role: Role) => of(languages, role).tokenizer;
  return {
    digest: (role) => of(digests, role),
    prepend: (role, text, prompt) => prependText(tokenizerOf(role), text, prompt),
    chat: (role, segments, { template = true } = {}) => composeMessage(tokenizerOf(role), segments, template),
    encode: (role, text) => encodeContinuation(tokenizerOf(role), text),
    withoutSpecial(role, ids) {
      const { specialIds } = tokenizerOf(role);
      return ids.filter((id) => !specialIds.has(id));
    },
    run: async ({ prompt, response = new Int32Array() }, needs) =>
      (await queue.run(place, prompt, response, needs)) as never,
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
