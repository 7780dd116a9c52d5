import { existsSync } from "node:fs";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { settings, workspace, type Workspace } from "./workspace.ts";

let here: Workspace;
beforeAll(async () => {
  here = await workspace();
});
afterAll(() => here.remove());

const flags = ["--model", "model", "--data", "pairs.jsonl", "--method", "dpo", ...settings];

/** What the page about a run holds. */
async function dataOf(page: string): Promise<{ readonly title: string; readonly runs: readonly Run[] }> {
  const [, json = ""] =
    /<script type="application\/json" id="report-data">(.*)<\/script>/.exec(await here.read(page)) ?? [];
  return (JSON.parse(json) as { report: { title: string; runs: readonly Run[] } }).report;
}
interface Run {
  readonly name: string;
  readonly state: string;
  readonly warnings: readonly string[];
  readonly environment: Readonly<Record<string, unknown>>;
  readonly steps: readonly { readonly step: number }[];
  readonly samples?: readonly { readonly step: number; readonly samples: readonly object[] }[];
  readonly tokens?: readonly { readonly step: number; readonly groups: readonly object[] }[];
}

describe("the page of a run", () => {
  it("lies in its folder, with every step, and samples and tokens before and after training", async () => {
    const seen = ["--sample-prompts", "2", "--sample-tokens", "4", "--inspect-groups", "3"];
    const { code, stderr } = await here.run("train", ...flags, "--steps", "2", ...seen, "--output", "first");
    expect([code, stderr]).toEqual([0, ""]);
    const [run] = (await dataOf("first/report.html")).runs;
    expect(run).toMatchObject({ name: "first", state: "ended", steps: [{ step: 1 }, { step: 2 }] });
    expect(run?.environment).toMatchObject({
      backend: "cpu",
      seed: 3,
      command: expect.stringMatching(/^tokenwise train/) as string,
    });
    expect(run?.samples?.map(({ step, samples }) => [step, samples.length])).toEqual([0, 2].map((step) => [step, 2]));
    expect(run?.tokens?.map(({ step, groups }) => [step, groups.length])).toEqual([0, 2].map((step) => [step, 3]));
  });

  it("says that the run failed, and why", async () => {
    const { code } = await here.run("train", ...flags, "--steps", "9", "--learning-rate", "1e30", "--output", "failed");
    expect(code).toBe(1);
    expect((await dataOf("failed/report.html")).runs[0]).toMatchObject({
      state: "failed",
      warnings: [expect.stringMatching(/^The run failed: .*not finite|NaN|inf/i)],
    });
  });

  it("is served while the run goes, to the end, and then no more", async () => {
    const { child, result } = here.start("train", ...flags, "--steps", "400", "--watch", "--output", "watched");
    let printed = "";
    while (!printed.includes("step 2/")) printed += String(((await once(child.stdout!, "data")) as [Buffer])[0]);
    const address = /^watch: (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(printed)?.[1] ?? "";
    const page = await fetch(address);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<title>watched</title>")]);
    const events = (await fetch(`${address}events`)).body as ReadableStream<Uint8Array>;
    const reader = events.getReader();
    let told = "";
    while (!told.includes('"type":"step"')) told += new TextDecoder().decode((await reader.read()).value);
    child.kill("SIGINT");
    for (let next = await reader.read(); !next.done; next = await reader.read())
      told += new TextDecoder().decode(next.value);
    expect(told).toMatch(/"state":"interrupted".*\n\ndata: \{"type":"end"\}\n\n$/);
    expect((await result).code).toBe(130);
    await expect(fetch(address)).rejects.toThrow();
    expect((await dataOf("watched/report.html")).runs[0]?.state).toBe("interrupted");
  });

  it("is not served, and nothing begins, where the port cannot be had", async () => {
    const { code, stderr } = await here.run("train", ...flags, "--watch-port", "70000", "--output", "none");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^TW_E_USAGE: --watch-port: /)]);
    expect(existsSync("none")).toBe(false);
  });
});

describe("tokenwise report", () => {
  it("writes one page over several runs, and that of one run into its folder", async () => {
    await here.run(
      "sft",
      "--model",
      "model",
      "--data",
      "pairs.jsonl",
      "--read.columns.completion",
      "chosen",
      ...settings,
      "--steps",
      "1",
      "--output",
      "sft",
    );
    expect(await here.run("report", "first", "sft", "--output", "both.html", "--title", "Both")).toMatchObject({
      ...{ code: 0, stdout: "both.html\n", stderr: "" },
    });
    const { title, runs } = await dataOf("both.html");
    expect([title, runs.map(({ name }) => name)]).toEqual(["Both", ["first", "sft"]]);
    await here.remove("sft/report.html");
    expect((await here.run("report", "sft")).stdout).toBe("sft/report.html\n");
    expect((await dataOf("sft/report.html")).title).toBe("sft");
  });

  it.each([
    [[], /^TW_E_USAGE: no run is named/],
    [["first", "sft"], /^TW_E_USAGE: a page about several runs needs a name/],
    [["first", "--output", "first/metrics.jsonl"], /^TW_E_USAGE: first\/metrics\.jsonl does not end in \.html/],
    [["model"], /^TW_E_NOT_A_RUN: model holds no run/],
    [["first", "first", "--output", "x.html"], /^TW_E_REPORT_NAMES: .*"first"/],
  ])("refuses %j, and says what to do", async (argv, message) => {
    const { code, stderr } = await here.run("report", ...argv);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).toContain("hint: ");
  });
});
