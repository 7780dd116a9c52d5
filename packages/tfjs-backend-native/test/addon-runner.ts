/** Runs the files of this package's suite where the addon could be built; else each is a skipped test that says how to get it. */
import { inject, it, TestRunner } from "vitest";
import { relative } from "node:path";

export default class AddonRunner extends TestRunner {
  override async importFile(...[path, source]: Parameters<TestRunner["importFile"]>): Promise<void> {
    const file = relative(this.config.root, path);
    // Tests of the build itself do without the addon.
    if (source === "setup" || file.startsWith("scripts") || inject("backends").includes("native"))
      await super.importFile(path, source);
    else it.skip(`${file} (needs the addon: install a C++ compiler, then npm run build:native)`);
  }
}
