/** Bundles the page's script and style into `dist/page.js` and `dist/page.css`. */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outputs = ["page.js", "page.css"].map((name) => join(root, "dist", name));

export async function buildPage(): Promise<void> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { page: "page/main.tsx" },
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome111", "firefox113", "safari16.2"],
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  mkdirSync(join(root, "dist"), { recursive: true });
  for (const { path, text } of outputFiles) {
    // It stands inside of an element of the page.
    if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${path} would end the element that holds it`);
    replace(path, text);
  }
  replace(join(root, "dist", "page.licenses.txt"), licenses(metafile));
}

/** Whether the page is there and no older than what it is made of. */
export function pageIsBuilt(): boolean {
  const newest = Math.max(...sources().map((file) => statSync(file).mtimeMs));
  return outputs.every((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= newest);
}

const sources = (): readonly string[] =>
  ["page", "src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes(".test."))
      .map((entry) => join(entry.parentPath, entry.name)),
  );

/** What the licenses of the bundled packages ask to go with every copy. */
function licenses({ inputs }: Metafile): string {
  const packages = new Set(
    Object.keys(inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  return [...packages]
    .sort()
    .map((folder) => join(root, folder))
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
        string,
        string
      >;
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      return `${name} ${version}\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** Several processes may build at once. */
function replace(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
