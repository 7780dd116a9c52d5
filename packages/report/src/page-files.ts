import { readFileSync } from "node:fs";
import { TokenwiseError } from "@tokenwise/kit";

export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

let read: PageFiles | undefined;

/**
 * The script and style of the page, built into `dist` beside `src`, which serves this file from either folder.
 *
 * @throws TW_E_REPORT_NOT_BUILT
 */
export function pageFiles(): PageFiles {
  read ??= { script: built("page.js"), style: built("page.css") };
  return read;
}

function built(name: string): string {
  try {
    return readFileSync(new URL(`../dist/${name}`, import.meta.url), "utf8");
  } catch (cause) {
    throw new TokenwiseError("TW_E_REPORT_NOT_BUILT", `@tokenwise/report: dist/${name} cannot be read`, {
      hint: "in the workspace, build it: npx nx build @tokenwise/report; elsewhere, install the package again",
      cause,
    });
  }
}
