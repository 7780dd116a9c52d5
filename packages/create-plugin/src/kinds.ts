import { CreateError } from "./create-error.ts";

/** What a project can begin as: each has a folder of this name in template/kinds. */
export const kinds = {
  weighter: "what each token weighs",
  scorer: "one score per response",
  "beta-controller": "β, the strength of the KL penalty, per pair or over time",
  "prompt-weighter": "ω, what each prompt counts for",
  loss: "what is lost by the scores of a prompt",
  annotator: "a column of the data that a model computes before training, and the weights that read it",
  method: "a whole method with a part of its own",
} as const;

export type Kind = keyof typeof kinds;

export const kindNames = Object.keys(kinds) as readonly Kind[];

const isKind = (text: string): text is Kind => Object.hasOwn(kinds, text);

/** @throws TW_E_PLUGIN_KIND */
export function parseKind(text: string): Kind {
  // "β controller" and "beta controller" are what a person says.
  const kind = text.trim().toLowerCase().replace("β", "beta").replaceAll(/\s+/g, "-");
  if (isKind(kind)) return kind;
  throw new CreateError("TW_E_PLUGIN_KIND", `there is no kind "${text}"`, `kinds: ${kindNames.join(", ")}`);
}
