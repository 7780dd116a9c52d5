import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dpo, plugin, TokenwiseError } from "@tokenwise/kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installedPlugins } from "./installed-plugins.ts";
import { loadPlugin } from "./load-plugin.ts";

/** A plugin without the kit, so that it needs no installation but zod's where it lies. */
const source = `
import { z } from "zod";
const options = z.object({});
const own = Object.assign(() => ({}), { id: "own", kind: "method", options });
export default { name: "NAME", version: "1.0.0", spec: 1, provides: [own] };
`;

let folder: string;
let configuration: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tokenwise-plugins-"));
  configuration = join(folder, "run", "tokenwise.yaml");
  await mkdir(join(folder, "node_modules"));
  await symlink(
    fileURLToPath(new URL("../../../../node_modules/zod", import.meta.url)),
    join(folder, "node_modules/zod"),
  );
  const installed = join(folder, "run", "node_modules", "@someone", "plugin-own");
  await mkdir(join(installed, "dist"), { recursive: true });
  await writeFile(join(folder, "run", "own.mjs"), source.replace("NAME", "own"));
  await writeFile(join(folder, "run", "function.mjs"), "export default () => 1;");
  await writeFile(join(folder, "run", "broken.mjs"), 'throw new Error("no such machine");');
  const exports = { ".": { import: "./dist/index.js" } };
  await writeFile(
    join(installed, "package.json"),
    JSON.stringify({ name: "@someone/plugin-own", type: "module", exports }),
  );
  await writeFile(join(installed, "dist", "index.js"), source.replace("NAME", "@someone/plugin-own"));
  await writeFile(join(folder, "run", "hungry.mjs"), 'import "no-such-package"; export default 1;');
  const unbuilt = join(folder, "run", "node_modules", "plugin-unbuilt");
  await mkdir(unbuilt);
  const about = {
    name: "plugin-unbuilt",
    version: "2.0.0",
    keywords: ["tokenwise-plugin"],
    exports: "./dist/index.js",
  };
  await writeFile(join(unbuilt, "package.json"), JSON.stringify(about));
});
afterAll(() => rm(folder, { recursive: true }));

const code = (value: string): unknown => expect.objectContaining({ code: value });

describe("a plugin", () => {
  it("is found by its path from the configuration file, and as a package installed there", async () => {
    expect((await loadPlugin("./own.mjs", configuration)).name).toBe("own");
    const installed = await loadPlugin("@someone/plugin-own", configuration);
    expect(installed.provides.map(({ id }) => id)).toEqual(["own"]);
  });

  it("is not looked for anywhere else", async () => {
    await expect(loadPlugin("@someone/plugin-own", join(folder, "tokenwise.yaml"))).rejects.toThrow(
      code("TW_E_PLUGIN_NOT_FOUND"),
    );
    await expect(loadPlugin("./other.mjs", configuration)).rejects.toThrow(/no file .*other\.mjs/);
    await expect(loadPlugin("node:fs", configuration)).rejects.toThrow(code("TW_E_PLUGIN_NOT_FOUND"));
  });

  it("that is something else, or fails, is refused by name", async () => {
    await expect(loadPlugin("./function.mjs", configuration)).rejects.toThrow(
      /the default export of \.\/function\.mjs is not a plugin but a function/,
    );
    const kinds = [[{}, "an object"], [null, "null"], ["x", "a string"], [3, "a number"], [Promise.resolve(), "a promise"]] as const; // prettier-ignore
    for (const [value, kind] of kinds) {
      const importModule = () => Promise.resolve({ default: value });
      await expect(loadPlugin("./own.mjs", configuration, { importModule })).rejects.toThrow(
        `the default export of ./own.mjs is not a plugin but ${kind}`,
      );
    }
    await expect(loadPlugin("./broken.mjs", configuration)).rejects.toThrow(
      /broken\.mjs cannot be imported: no such machine/,
    );
  });

  it("that wraps its export, lacks a dependency or is not built is refused with what to do", async () => {
    const refusal = async (name: string): Promise<string> => {
      const error: unknown = await loadPlugin(name, configuration).catch((thrown: unknown) => thrown);
      return TokenwiseError.is(error) ? `${error.code}: ${error.message}` : String(error);
    };
    // As Node imports a CommonJS module that was compiled from an ES module.
    const wrapped = { default: { default: { name: "wrapped", version: "1.0.0", spec: 1, provides: [] } } };
    await expect(
      loadPlugin("./own.mjs", configuration, { importModule: () => Promise.resolve(wrapped) }),
    ).rejects.toThrow(/CommonJS module that wraps a plugin, not a plugin\n.*"module"/);
    expect(await refusal("./hungry.mjs")).toMatch(/PLUGIN_FAILED: .*\n.*npm install no-such-package/);
    expect(await refusal("plugin-unbuilt")).toMatch(/PLUGIN_FAILED: the package plugin-unbuilt in .* has nothing to/);
    expect(await refusal("plugin-unbilt")).toMatch(/PLUGIN_NOT_FOUND: .*did you mean "plugin-unbuilt"\?/);
  });

  it("with options of another schema library is refused for it, by its name and what it provides", async () => {
    const old = source.replace("NAME", "own").replace('"zod"', '"zod/v3"');
    await writeFile(join(folder, "run", "old.mjs"), old);
    await expect(loadPlugin("./old.mjs", configuration)).rejects.toThrow(
      /^own provides the method "own": its options are a schema of zod 3, not .*\n.*npm install zod@\^4/,
    );
  });

  it("that the kit refuses while it is imported is refused with the kit's code and hint", async () => {
    const importModule = () =>
      Promise.resolve().then(() => plugin({ name: "p", version: "1.0.0", spec: 1, provides: [dpo, dpo] }));
    await expect(loadPlugin("./own.mjs", configuration, { importModule, where: "c.yaml:1: " })).rejects.toThrow(
      /^c\.yaml:1: the plugin \.\/own\.mjs: p provides "dpo" twice\n {2}hint: give each method/,
    );
  });

  it("that is installed is known by its keyword, without being loaded", () => {
    expect(installedPlugins(configuration)).toMatchObject([{ name: "plugin-unbuilt", version: "2.0.0" }]);
    expect(installedPlugins(join(folder, "tokenwise.yaml"))).toEqual([]);
  });

  it("may be imported by the caller's own means", async () => {
    const importModule = (url: string) => Promise.resolve({ default: url });
    await expect(loadPlugin("./own.mjs", configuration, { importModule })).rejects.toThrow(code("TW_E_NOT_A_PLUGIN"));
  });
});
