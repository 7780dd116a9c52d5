/** For vitest: the page as its sources are now. */
import { buildPage, pageIsBuilt } from "./build-page.ts";

export async function setup(): Promise<void> {
  if (!pageIsBuilt()) await buildPage();
}
