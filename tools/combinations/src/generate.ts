/** `npm run generate -w @tokenwise-tools/combinations`: writes docs/reference/combinations.md. */
import { writeFile } from "node:fs/promises";
import { pageFile, renderPage } from "./page.ts";
import { registryOfAll } from "./parts.ts";

await writeFile(pageFile, await renderPage(await registryOfAll()));
