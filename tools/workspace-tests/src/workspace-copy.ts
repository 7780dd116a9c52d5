/** A copy of the workspace in a temporary folder, with a git history of its own and the same installed packages. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Without what an outer nx tells its tasks, lest the inner one takes the outer workspace for its own. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NX_"))),
  NO_COLOR: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

export interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface WorkspaceCopy {
  /** The package.json of every workspace package. */
  manifests(): Manifest[];
  /** The path within the copy of a file that a tool names in full. */
  relative(file: string): string;
  read(path: string): string;
  write(path: string, content: string): void;
  delete(path: string): void;
  /** Runs the command line of an installed package; what it prints, whatever its exit code. */
  run(command: "nx" | "eslint", ...args: string[]): string;
  /** Undoes every edit. */
  restore(): void;
  remove(): void;
}

export function copyWorkspace(): WorkspaceCopy {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tokenwise-workspace-")));
  const git = (cwd: string, ...args: string[]) =>
    execFileSync("git", args, { cwd, env: environment, encoding: "utf8" });
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const write = (path: string, content: string) => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  const listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0");
  const files = listed.filter((file) => file !== "" && existsSync(join(root, file)));
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  // The addon, and what it was made of: suites need not compile it again.
  const addon = "packages/tfjs-backend-native/build/Release";
  for (const file of ["tfjs_backend_native.node", "made-of"]) {
    mkdirSync(join(folder, addon), { recursive: true });
    if (existsSync(join(root, addon, file))) copyFileSync(join(root, addon, file), join(folder, addon, file));
  }
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "-A");
  git(folder, "-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-qm", "copy");

  return {
    manifests: () =>
      files
        .filter((file) => /^[^/]+\/[^/]+\/package.json$/.test(file))
        .map((file) => JSON.parse(read(file)) as Manifest),
    relative: (file) => relative(folder, file),
    read,
    write,
    delete: (path) => rmSync(join(folder, path), { recursive: true }),
    run: (command, ...args) =>
      spawnSync(join(folder, "node_modules/.bin", command), args, { cwd: folder, env: environment, encoding: "utf8" })
        .stdout,
    restore() {
      git(folder, "checkout", "-q", "--", ".");
      git(folder, "clean", "-q", "-d", "--force");
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
