/** The files of the repository: those tracked by git, and those not yet added. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
})
  .toString()
  .split("\0")
  .filter((file) => file !== "" && existsSync(join(root, file)));

export const read = (path: string) => readFileSync(join(root, path), "utf8");

/** What a package's users get to run: the code of packages and plugins without their tests. */
export const sources = files.filter((file) =>
  /^(packages|plugins)\/[^/]+\/src\/.*(?<!\.test|\.test-d)\.ts$/.test(file),
);

/** The folders of the packages that are published. */
export const published = files
  .filter((file) => /^(packages|plugins)\/[^/]+\/package\.json$/.test(file))
  .map((file) => file.replace("/package.json", ""));
