/** The page as its sources are now: a global setup for vitest, and a program for what runs from source. */
import { fileURLToPath } from "node:url";
import { buildPage, pageIsBuilt } from "./build-page.ts";

export async function setup(): Promise<void> {
  if (!pageIsBuilt()) await buildPage();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
