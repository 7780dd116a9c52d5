/** Questions on a terminal, for what the command line leaves open. */
import { cancel, select, text } from "@clack/prompts";
import type { Readable, Writable } from "node:stream";
import { CreateError } from "./create-error.ts";
import { kindNames, kinds, parseKind, type Kind } from "./kinds.ts";
import { parsePluginName } from "./plugin-name.ts";

/** Where somebody can be asked. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** @throws TW_E_CANCELLED */
export async function askName(terminal: Terminal): Promise<string> {
  const name = await text({
    ...terminal,
    message: "What is the plugin called?",
    placeholder: "long-answers",
    validate: (given) => problemOf(() => parsePluginName(given ?? "")),
  });
  return answered(name, terminal);
}

/** @throws TW_E_CANCELLED */
export async function askKind(terminal: Terminal): Promise<Kind> {
  const options = kindNames.map((kind) => ({ value: kind, label: kind, hint: kinds[kind] }));
  return parseKind(answered(await select({ ...terminal, message: "What does it provide?", options }), terminal));
}

function answered(answer: string | symbol, { output }: Terminal): string {
  if (typeof answer === "string") return answer;
  cancel("Nothing was written.", { output });
  throw new CreateError("TW_E_CANCELLED", "the questions were not answered", "give a name and --kind");
}

function problemOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof CreateError) return error.message;
    throw error;
  }
}
