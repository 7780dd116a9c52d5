/** The plugins of the workspace. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export const plugins: readonly string[] = readdirSync(`${root}plugins`).sort();
