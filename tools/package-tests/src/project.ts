/** An empty project outside the workspace, in which the tarballs are installed. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packAll, root } from "./pack.ts";

export interface Result {
  readonly code: number | null;
  /** Standard output and errors. */
  readonly output: string;
}

export interface Project {
  readonly folder: string;
  /** The names of our packages in it. */
  readonly packages: readonly string[];
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly run: (command: string, ...args: string[]) => Promise<Result>;
  /** `npx tokenwise` of the project. */
  readonly tokenwise: (...args: string[]) => Promise<Result>;
  readonly remove: () => void;
}

/** Variables by which npm and vitest tell a child where it runs: the project is none of theirs. Where packages come from stays. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle)_|npm_config_(local_prefix|workspace)|INIT_CWD|VITEST|NODE_ENV$|TEST$)/i.test(name),
  ),
);

/** A project with every package of the workspace among its dependencies; nothing is installed yet. */
export function createProject(): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tokenwise-packages-")));
  mkdirSync(join(folder, "tarballs"));
  const tarballs = packAll(join(folder, "tarballs"));
  const dependencies = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
  const project: Project = {
    folder,
    packages: Object.keys(dependencies),
    write: (files) => writeFiles(folder, files),
    run: (command, ...args) => run(folder, command, args),
    tokenwise: (...args) => run(folder, "npx", ["--no-install", "tokenwise", ...args]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  // What a project of TypeScript has beside; zod is the schema of options, of the version that the kit has.
  const manifest = {
    name: "user",
    version: "1.0.0",
    private: true,
    type: "module",
    dependencies: { ...dependencies, zod: "^4.1.0" },
  };
  project.write({
    "package.json": JSON.stringify(manifest, null, 2),
    // pnpm would look for the packages that packages depend on at the registry.
    "pnpm-workspace.yaml": `packages: []\noverrides:\n${Object.entries(dependencies)
      .map(([name, tarball]) => `  "${name}": "${tarball}"\n`)
      .join("")}`,
  });
  cpSync(join(root, "examples/01-film-reviews/reference"), join(folder, "model"), { recursive: true });
  return project;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

export function run(
  cwd: string,
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: string[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
    child.on("error", ({ message }) => resolve({ code: null, output: message }));
    child.on("close", (code) => resolve({ code, output: chunks.join("") }));
  });
}
