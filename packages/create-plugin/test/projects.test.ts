import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import about from "../package.json" with { type: "json" };
import { kindNames, main, parsePluginName, renderPlugin } from "../src/index.ts";
import { version } from "../src/version.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "create-plugin-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function create(...argv: string[]) {
  const said = { stdout: "", stderr: "" };
  const into = (stream: keyof typeof said) => ({ write: (text: string) => (said[stream] += text) });
  const code = await main(argv, { stdout: into("stdout"), stderr: into("stderr") });
  return { code, ...said };
}

/** Every file below the folder with its text. */
const written = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );

describe("create-tokenwise-plugin", () => {
  it.each(kindNames)(
    "writes a project of the kind %s without a question, in which no placeholder is left",
    async (kind) => {
      const project = join(folder, "project");
      const { code, stdout, stderr } = await create("@me/long-answers", "--kind", kind, "--folder", project);
      expect(code, stderr).toBe(0);
      const files = written();
      expect(stdout).toContain(`@me/tokenwise-plugin-long-answers: ${Object.keys(files).length} files in ${project}`);
      for (const path of [
        "package.json",
        ".gitignore",
        ".github/workflows/ci.yml",
        "src/long-answers.ts",
        "LICENSE",
        "README.md",
      ])
        expect(Object.keys(files)).toContain(`project/${path}`);
      for (const [path, text] of Object.entries(files))
        expect(path + text).not.toMatch(/package-name|part-name|partName|0\.0\.0-kit/);
    },
  );

  it("asks for nothing where nobody can answer: what is missing is said", async () => {
    expect(await create()).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^TW_E_USAGE: a name and --kind must/) as string,
    });
    expect(await create("long")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^TW_E_USAGE: --kind must/) as string,
    });
  });

  it("asks on a terminal for what is missing, and refuses a name while it is typed", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const shown: string[] = [];
    const answers = [
      ["called?", "Long\r"],
      ["is no name", `${"\x7f".repeat(4)}long\r`],
      ["provide?", "\r"],
    ] as const;
    let asked = 0;
    output.on("data", (chunk: Buffer) => {
      shown.push(chunk.toString());
      const [question, answer] = answers[asked] ?? ["nothing more", ""];
      if (!chunk.toString().includes(question)) return;
      asked++;
      setImmediate(() => input.write(answer));
    });
    const io = { stdout: { write: () => true }, stderr: { write: () => true }, terminal: { input, output } };
    expect(await main(["--folder", join(folder, "project")], io)).toBe(0);
    expect(shown.join("")).toContain('"Long" is no name of a plugin');
    expect(written()["project/src/long.ts"]).toContain("weighter({");
  });

  it("writes nothing where the questions are broken off", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let said = "";
    output.once("data", () => setImmediate(() => input.write("\x03")));
    const io = {
      stdout: { write: () => true },
      stderr: { write: (text: string) => (said += text) },
      terminal: { input, output },
    };
    expect(await main(["--folder", join(folder, "project")], io)).toBe(2);
    expect(said).toMatch(/^TW_E_CANCELLED: /);
    expect(written()).toEqual({});
  });

  it.each([
    [["Long", "--kind", "loss"], "TW_E_PLUGIN_NAME"],
    [["long", "--kind", "los"], "TW_E_PLUGIN_KIND"],
    [["long", "--knd", "loss"], "TW_E_USAGE"],
    [["long", "short", "--kind", "loss"], "TW_E_USAGE"],
    [["long", "--kind"], "TW_E_USAGE"],
  ])("refuses %j with %s and exit code 2, and writes nothing", async (argv, code) => {
    const result = await create(...argv, "--folder", join(folder, "project"));
    expect(result).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(`^${code}: `) as string });
    expect(result.stderr).toContain("hint: ");
    expect(written()).toEqual({});
  });

  it("never writes into a folder in which something is, nor over a file", async () => {
    writeFileSync(join(folder, "mine"), "mine");
    for (const target of [folder, join(folder, "mine")]) {
      const { code, stderr } = await create("long", "--kind", "loss", "--folder", target);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`TW_E_FOLDER_EXISTS: ${target} is there already`)]);
    }
    expect(written()).toEqual({ mine: "mine" });
  });

  it("says what the system says of a folder that cannot be made", async () => {
    writeFileSync(join(folder, "mine"), "mine");
    const { code, stderr } = await create("long", "--kind", "loss", "--folder", join(folder, "mine", "below"));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^TW_E_FILE_SYSTEM: .*mine.* ENOTDIR/)]);
  });

  it("takes an empty folder", async () => {
    mkdirSync(join(folder, "empty"));
    expect(await create("long", "--kind", "loss", "--folder", join(folder, "empty"))).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, "empty/package.json"))).toBe(true);
  });

  it("explains its kinds with --help", async () => {
    const { code, stdout } = await create("--help");
    expect(code).toBe(0);
    for (const kind of kindNames) expect(stdout).toContain(kind);
  });
});

describe("the manifest of a project", () => {
  const manifestOf = (layout: "project" | "workspace") =>
    JSON.parse(renderPlugin(parsePluginName("long"), "loss", layout).get("package.json")!) as Record<
      "devDependencies" | "peerDependencies" | "dependencies" | "scripts",
      Record<string, string>
    > & { readonly keywords: readonly string[] };

  it("has the kit of this release as a peer, and its keyword", () => {
    expect(version).toBe(about.version);
    for (const layout of ["project", "workspace"] as const) {
      const { peerDependencies, keywords } = manifestOf(layout);
      expect(peerDependencies).toEqual({ "@tokenwise/kit": `^${version}` });
      expect(keywords).toContain("tokenwise-plugin");
    }
  });

  it("checks the package before it packs it for good, since attw removes the tarball that it packs", () => {
    expect(manifestOf("project").scripts["check:package"]).toMatch(/^publint .* && attw --pack .* && npm pack$/);
  });

  it("asks for the tools that this repository is built and tested with", () => {
    const root = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const { devDependencies } = manifestOf("project");
    for (const name of ["@types/node", "typescript", "vitest"] as const)
      expect(devDependencies[name]).toBe(root.devDependencies[name]);
    expect(devDependencies.tsup).toBe(`^${root.devDependencies.tsup}`);
  });
});
