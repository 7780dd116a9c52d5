/** What parts keep between steps, such as a running β, beside a trained model. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stableJson, TokenwiseError, type Json } from "@tokenwise/kit";
import { z } from "zod";
import type { Session } from "./session.ts";

/** Beside a model: by part, its options and its state. */
export const statesFile = "states.json";

const json = z.json() as z.ZodType<Json>;
const saved = z.record(z.string(), z.strictObject({ options: json, state: json }));

/** Writes them beside a model; nothing where no part has a state. */
export async function savePartStates({ plan, states }: Session, folder: string): Promise<void> {
  const kept = plan.parts.flatMap(({ id, part: { options = null } }) => {
    const state = states.get(id);
    return state === undefined ? [] : [[id, { options, state }] as const];
  });
  if (kept.length > 0) await writeFile(join(folder, statesFile), JSON.stringify(Object.fromEntries(kept), null, 2));
}

/**
 * Gives parts the states of a file that `savePartStates` wrote. A part that the file does not have, or has with other options, is as
 * before training.
 *
 * @throws TW_E_PARTS  if it is no such file.
 */
export async function loadPartStates({ plan, states }: Session, file: string): Promise<void> {
  const known = await readStates(file);
  for (const { id, part } of plan.parts) {
    const found = known[id];
    if (part.state && found && stableJson(found.options) === stableJson(part.options ?? null))
      states.set(id, found.state);
  }
}

async function readStates(file: string): Promise<z.output<typeof saved>> {
  try {
    return saved.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new TokenwiseError("TW_E_PARTS", `${file} has no states of parts`, {
      hint: "remove it: parts are then as before training",
      cause,
    });
  }
}
