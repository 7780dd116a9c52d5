import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workspace, type Workspace } from "./workspace.ts";

/** A plugin without the kit, so that it needs no installation but zod's where it lies. */
const source = (name: string, spec = 1): string => `
import { z } from "zod";
const options = z.strictObject({ scale: z.number().default(2) });
const own = Object.assign(() => ({ name: "own", control: () => ({ beta: 1 }) }), { id: "own", kind: "part", options });
export default { name: "${name}", version: "1.2.3", spec: ${spec}, provides: [own] };
`;

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
  await mkdir(`${here.folder}/node_modules/@scope/plugin-idle`, { recursive: true });
  const about = { name: "@scope/plugin-idle", version: "3.0.0", keywords: ["tokenwise-plugin"], description: "Idle." };
  await here.write("node_modules/@scope/plugin-idle/package.json", JSON.stringify(about));
  await here.write("own.mjs", source("own"));
  await here.write("later.mjs", source("later", 2));
});
afterAll(() => here.remove());

describe("tokenwise plugins", () => {
  it("lists what is provided, what is installed without being named, and the kit", async () => {
    await here.write("good.yaml", "plugins: [./own.mjs]\nunknown: key\n");
    const { code, stdout } = await here.run("plugins", "--config", "good.yaml");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^own 1\.2\.3, good\.yaml:1: plugins\.0, .*own\.mjs\n {2}own +β controller$/m);
    expect(stdout).toMatch(/not named under plugins\n {2}@scope\/plugin-idle 3\.0\.0 +Idle\.$/m);
    expect(stdout).toMatch(/^@tokenwise\/kit \d.*\n {2}dpo +method +Direct Preference Optimization.*https:/m);
  });

  it("says why one is refused, with code, message and hint, and exits with 2", async () => {
    await here.write("bad.yaml", "plugins:\n  - ./own.mjs\n  - ./later.mjs\n  - '@scope/plugin-idl'\n");
    const { code, stdout } = await here.run("plugins", "--config", "bad.yaml", "--json");
    expect(code).toBe(2);
    const { found, refused } = JSON.parse(stdout) as Record<"found" | "refused", readonly unknown[]>;
    expect(found).toMatchObject([{ name: "own", provides: [{ name: "own" }] }]);
    expect(refused).toMatchObject([
      { named: "./later.mjs", code: "TW_E_PLUGIN_SPEC", where: "bad.yaml:3: plugins.1" },
      {
        code: "TW_E_PLUGIN_NOT_FOUND",
        message: expect.stringMatching(/^bad\.yaml:4: .*"@scope\/plugin-idle"/) as string,
      },
    ]);
    expect((await here.run("plugins", "--config", "bad.yaml")).stdout).toMatch(
      /later\.mjs is refused\n {2}TW_E_.*\n {2}hint/,
    );
  });

  it.each(["mjs", "ts"])("names a file that exports null by default, and says what it should: .%s", async (ending) => {
    await here.write(`null.${ending}`, "export default null;");
    await here.write("null.yaml", `plugins: [./null.${ending}]\n`);
    expect((await here.run("plugins", "--config", "null.yaml")).stdout).toMatch(
      /TW_E_NOT_A_PLUGIN: null\.yaml:1: .*null\.(mjs|ts) is not a plugin but null\n {2}hint: .*export default plugin/,
    );
  });

  it.each([["plugins", "own"], ["config-schema"], ["train"]])(
    "%s %s refuses options of zod 3 by name",
    async (...argv) => {
      await here.write("zod3.mjs", source("zod3").replace('"zod"', '"zod/v3"').replace("z.strictObject", "z.object"));
      await here.write("zod3.yaml", "plugins: [./zod3.mjs]\nmethod: { use: own, scal: 2 }\n");
      const { code, stderr } = await here.run(...argv, "--config", "zod3.yaml");
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/zod3\.yaml:1: .*"own": its options are a schema of zod 3/),
      ]);
    },
  );

  it("shows the options of a method or part, as text, as a readme's table and as JSON", async () => {
    const text = await here.run("plugins", "@tokenwise/kit/dpo");
    expect(text.stdout).toMatch(/^dpo, method of @tokenwise\/kit\n.*\n +name .*\n {2}beta +number > 0 +0\.1 +/);
    const markdown = await here.run("plugins", "dpo", "--markdown");
    expect(markdown.stdout).toMatch(/^\| name .*\n\| -+ .*\n\| `beta` +\| number > 0 +\| `0\.1`/);
    const json = await here.run("plugins", "dpo", "logistic", "--json");
    const lines = json.stdout.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { role: string }).role)).toEqual(["method", "loss"]);
    const unknown = await here.run("plugins", "dppo");
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean "dpo"')]);
  });
});

describe("a YAML with several kinds of mistakes", () => {
  it("is refused once for all of them, each at its line", async () => {
    const text = [
      ...["dta: pairs.jsonl", "steps: many", "plugins:", "  - ./own.mjs", "  - '@scope/plugin-idl'"],
      ...["method:", "  beta: { use: own }", "  scorer: implicit-rewards", "  loss: { use: logistic, ofset: 1 }"],
    ];
    await here.write("three.yaml", `${text.join("\n")}\n`);
    const { code, stderr } = await here.run("train", "--config", "three.yaml");
    expect(code).toBe(2);
    for (const message of [
      /three\.yaml:1: dta: unknown key "dta", did you mean "data"/,
      /three\.yaml:2: steps: expected a number, found "many"/,
      /three\.yaml:5: plugins\.1: the package @scope\/plugin-idl is not installed .*"@scope\/plugin-idle"/,
      /three\.yaml:8: method\.scorer: there is no part "implicit-rewards", did you mean "implicit-reward"/,
      /three\.yaml:9: method\.loss\.ofset: unknown key "ofset", did you mean "offset"/,
    ])
      expect(stderr).toMatch(message);
  });

  it("names installed plugins that it does not name, where a method is unknown", async () => {
    const { stderr } = await here.run("train", "--method", "idle", "--model", "m", "--data", "d", "--output", "o");
    expect(stderr).toMatch(
      /no method "idle"; @scope\/plugin-idle, which is installed but not named under plugins, may/,
    );
    expect((await here.run("plugins", "idle-weigher")).stderr).toMatch(/not named under plugins: @scope\/plugin-idle/);
  });

  it("does not blame a name on the user that a refused plugin may provide", async () => {
    await here.write("gone.yaml", "plugins: ['@scope/plugin-gone']\nmethod: gone-method\n");
    const { stderr } = await here.run("train", "--config", "gone.yaml");
    expect(stderr).toContain("TW_E_PLUGIN_NOT_FOUND");
    expect(stderr).not.toContain("gone-method");
  });
});
