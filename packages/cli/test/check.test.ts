import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
});
afterAll(() => here.remove());

const method = (beta: string) => `
import { betaController, compose, implicitReward, logistic, responseLengths, tf } from "@tokenwise/kit";
const beta = betaController({
  name: "length-beta",
  control: ({ batch }) => ({ beta: tf.div(${beta}, tf.mean(responseLengths(batch), 1)) }),
});
export default compose({ beta, scorer: implicitReward(), loss: logistic() });
`;

describe("tokenwise check", () => {
  it("tells the plan of a module's method, that the laws hold, and what it makes of a made up pair", async () => {
    await here.write("sound.ts", method("2"));
    const { code, stdout } = await here.start("check", "./sound.ts").result;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}parts +scorer implicit-reward, beta length-beta, loss logistic$/m);
    expect(stdout).toMatch(/^contract: (\d+) of \1 laws hold/m);
    expect(stdout).toMatch(/^chosen {3}s \S+ {3}reward \S+\n {2}token +w +log π +ρ +w·ρ$/m);
  });

  it("names the law that a wrong method breaks, with numbers, and exits with 1", async () => {
    await here.write("wrong.ts", method("-2"));
    const { code, stdout } = await here.start("check", "./wrong.ts").result;
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^ {2}broken +at the reference policy a small step makes the preferred response more probable/m,
    );
    expect(stdout).toMatch(/moves log π of the preferred response by -/);
  });

  it("takes a row of the user's data and model, and a factory with its options", async () => {
    const flags = ["--model", "model", "--data", "pairs.jsonl", "--row", "2", "--backend", "cpu"];
    const { code, stdout } = await here.run("check", "dpo", ...flags, "--laws");
    expect(code).toBe(0);
    expect(stdout).toContain("a pair, row 2 of pairs.jsonl, on cpu");
    expect(stdout).toMatch(/^ {2}holds +every option changes something that can be observed/m);
  });

  it("checks what a plugin provides once, whatever else its module exports", async () => {
    await here.write(
      "plugin.ts",
      `import { dpo, plugin } from "@tokenwise/kit";
       export const other = dpo;
       export default plugin({ name: "own", version: "1.0.0", spec: 1, provides: [dpo] });`,
    );
    const { code, stdout } = await here.start("check", "./plugin.ts", "--json").result;
    const names = stdout
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { name: string }).name);
    expect([code, names]).toEqual([0, ["./plugin.ts: dpo"]]);
  });

  it("takes an installed plugin by the name of its package, named in the configuration or not", async () => {
    await mkdir(`${here.folder}/node_modules/tokenwise-plugin-own`);
    const about = { name: "tokenwise-plugin-own", version: "1.0.0", type: "module", main: "index.js", keywords: ["tokenwise-plugin"] }; // prettier-ignore
    await here.write("node_modules/tokenwise-plugin-own/package.json", JSON.stringify(about));
    await here.write(
      "node_modules/tokenwise-plugin-own/index.js",
      `import { z } from "zod";
       const own = () => ({ name: "own", control: () => ({ beta: 1 }) });
       const factory = Object.assign(own, { id: "own", kind: "part", options: z.strictObject({}) });
       export default { name: "tokenwise-plugin-own", version: "1.0.0", spec: 1, provides: [factory] };`,
    );
    for (const flags of [[], ["--plugin", "tokenwise-plugin-own"]]) {
      const { stdout } = await here.run("check", "tokenwise-plugin-own", ...flags);
      expect(stdout).toMatch(/^tokenwise-plugin-own: own\n/);
    }
    const { stderr } = await here.run("check", "tokenwise-plugin-other");
    expect(stderr).toMatch(/^TW_E_UNKNOWN_METHOD: /);
  });

  it("checks the options of a configured method, and tells laws that break for one reason together", async () => {
    await here.write("named.yaml", "method: { use: dpo, beta: 0.5 }");
    const { stdout } = await here.run("check", "--config", "named.yaml", "--laws");
    expect(stdout).toMatch(/^ {2}holds +every option changes something that can be observed/m);
    expect(stdout).toMatch(/^ {2}holds .*with \{"beta":0.5\}$/m);
    expect(stdout).toMatch(/β 0\.5/);
    await here.write("reads.ts", method("read.nothing").replace("{ batch }", "{ batch, read }"));
    const { stdout: broken } = await here.start("check", "./reads.ts").result;
    expect(broken).toMatch(/^ {2}broken .*, and \d+ other laws for one reason$/m);
  });

  it("prints JSON for programs", async () => {
    const { stdout } = await here.run("check", "{ use: dpo, beta: 0.5 }", "--json");
    const { sound, group, parts } = JSON.parse(stdout) as Record<string, unknown>;
    expect([sound, group]).toEqual([true, expect.objectContaining({ beta: 0.5 })]);
    expect(parts).toContainEqual({ id: "logistic", slot: "loss" });
  });

  it("tells of attributions and samples what they cost, and shows the weights of a made up pair", async () => {
    await here.write(
      "attributed.ts",
      `import { auxiliaryLoss, compose, constantBeta, implicitReward, inputGradient, logistic, logRatio, sumTokens, tf, weighter } from "@tokenwise/kit";
       const weigher = weighter({
         name: "attributed",
         needs: { g: inputGradient({ norm: "l1" }) },
         weigh: ({ read, batch }) => ({ reward: tf.mul(batch.responseMask, read.g.response) }),
       });
       const stay = auxiliaryLoss({
         name: "stay",
         weight: 0.1,
         samples: { own: { generate: { maxNewTokens: 8, temperature: 1, every: 3 }, needs: { ratio: logRatio } } },
         sum: ({ sample: { own } }) => tf.neg(tf.sum(sumTokens(own.read.ratio, own.batch))),
         count: ({ batch }) => batch.prompts,
       });
       const method = compose({ weighter: weigher, beta: constantBeta(), scorer: implicitReward(), loss: logistic() });
       export default { ...method, auxiliaries: [stay] };`,
    );
    const { stdout } = await here.start("check", "./attributed.ts").result;
    expect(stdout).not.toMatch(/^refused/m);
    expect(stdout).toMatch(/^ {2}attribution +one more forward and backward pass over every candidate$/m);
    expect(stdout).toMatch(/^ {2}samples +stay\/own, up to 8 tokens a row, drawn anew after 3 steps$/m);
    const [, weight] = /^chosen.*\n {2}token.*\n +\S+ +(\S+)/m.exec(stdout) ?? [];
    expect(Number(weight?.replace("−", "-"))).toBeGreaterThan(0);
  });

  it.each([
    ["throws", '{ throw new Error("my bug") }', /weighter "mine" throws: my bug/],
    ["returns a promise", "Promise.reject(new Error(1))", /weighter "mine" returns a promise/],
    ["misspells a key", "({ rewards: 1 })", /weighter "mine" returns an unknown key "rewards", did you mean "reward"/],
  ])(
    "says what is wrong with a part that %s, once, and names the laws that say something all the same",
    async (name, body, problem) => {
      const file = `./${name.replaceAll(" ", "-")}.ts`;
      await here.write(
        file,
        `import { compose, constantBeta, implicitReward, logistic, weighter } from "@tokenwise/kit";
       const weigher = weighter({ name: "mine", weigh: () => ${body} });
       export default compose({ weighter: weigher, beta: constantBeta(), scorer: implicitReward(), loss: logistic() });`,
      );
      const { code, stdout, stderr } = await here.start("check", file).result;
      expect([code, stderr]).toEqual([1, ""]);
      expect(stdout).toMatch(/^contract: \d+ of \d+ laws hold/m);
      expect(stdout).toMatch(problem);
      expect(stdout).toMatch(/^refused\n {2}TW_E_PART_(FAILED|RESULT): weighter "mine"/m);
    },
  );

  it("says what the planner refuses, beside the contract", async () => {
    await here.write(
      "unserved.ts",
      `import { compose, constantBeta, implicitReward, logistic, tokenLogProb, weighter } from "@tokenwise/kit";
       const weigher = weighter({ name: "taught", needs: { t: tokenLogProb("teacher") }, weigh: ({ read }) => ({ reward: read.t }) });
       export default compose({ weighter: weigher, beta: constantBeta(), scorer: implicitReward(), loss: logistic() });`,
    );
    const { code, stdout } = await here.start("check", "./unserved.ts").result;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^refused\n {2}TW_E_UNKNOWN_MODEL: /m);
    expect(stdout).toMatch(/^contract: /m);
  });

  it.each([
    [["check", "./nowhere.ts"], "TW_E_NOTHING_TO_CHECK", "fails to load"],
    [["check", "dop"], "TW_E_UNKNOWN_METHOD", 'did you mean "dpo"?'],
    [["check"], "TW_E_CONFIG_INCOMPLETE", "method is not set"],
  ])("refuses %j with %s", async (words, code, message) => {
    const { code: exit, stderr } = await here.run(...words);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(code)]);
    expect(stderr).toContain(message);
  });

  it("refuses a module that exports nothing to check", async () => {
    await here.write("empty.ts", "export const one = 1;");
    const { code, stderr } = await here.run("check", "./empty.ts");
    expect([code, stderr]).toEqual([2, expect.stringContaining("exports no method, part or plugin")]);
  });
});
