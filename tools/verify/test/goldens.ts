import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BackendName } from "@tokenwise/model";
import { verifyCase, type Result } from "../src/verify.ts";
import { casesOf } from "../src/read/document.ts";

export const pathOf = (name: string): string => fileURLToPath(new URL(`../goldens/${name}.json`, import.meta.url));
export const load = (name: string): unknown => JSON.parse(readFileSync(pathOf(name), "utf8"));

export async function verified(document: unknown, backend: BackendName = "cpu"): Promise<Result[]> {
  const results: Result[] = [];
  for (const each of casesOf(document)) results.push(await verifyCase(each, { backend }));
  return results;
}

export const only = async (document: unknown, name: string): Promise<Result> => {
  const found = casesOf(document).find((each) => each.name === name);
  if (!found) throw new Error(`no case "${name}"`);
  return verifyCase(found, { backend: "cpu" });
};

/** The holder and key of the first number at a path, of which keys may themselves have dots; undefined where there is none. */
export function numberAt(value: unknown, path: string): { holder: Record<string, unknown>; key: string } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const isWhole = path === "" || path === key;
    if (!isWhole && !path.startsWith(`${key}.`)) continue;
    const inner = fields[key];
    if (isWhole && typeof inner === "number") return { holder: fields, key };
    const found = numberAt(inner, isWhole ? "" : path.slice(key.length + 1));
    if (found) return found;
  }
  return undefined;
}
