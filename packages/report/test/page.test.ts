import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { renderReport, type Report } from "../src/index.ts";
import { faintTexts, hasBrowser, howToGetBrowser, launch, open, overflow, type Opened } from "./browser.ts";
import { exampleReport, exampleRun } from "./example.ts";

const folder = mkdtempSync(join(tmpdir(), "tokenwise-report-"));
let browser: Browser;
let opened: Opened | undefined;
beforeAll(async () => {
  if (hasBrowser) browser = await launch();
});
afterEach(async () => {
  await opened?.page.close();
  opened = undefined;
});
afterAll(async () => {
  if (hasBrowser) await browser.close();
  rmSync(folder, { recursive: true });
});

async function show(report: Report): Promise<Page> {
  const file = join(folder, "report.html");
  writeFileSync(file, renderReport(report));
  opened = await open(browser, pathToFileURL(file).href);
  await opened.page.waitForTimeout(50); // widths are known after the first frame
  return opened.page;
}

const openAll = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  });

const headings = (page: Page): Promise<string[]> => page.locator("h2").allInnerTexts();
const sections = ["Runs", "Warnings", "Curves", "Reward against KL", "Tokens", "Samples", "Configuration"];
const hostile = `</script><script>document.title = "broken"</script><!--<img src=x onerror="document.title='broken'">\u2028`;

describe.skipIf(!hasBrowser)(`the page in a browser${howToGetBrowser}`, () => {
  it("shows three methods: every section, a curve of each metric, every further metric, and complains of nothing", async () => {
    const page = await show(exampleReport);
    await expect.poll(() => headings(page)).toEqual(sections);
    await expect
      .poll(() => page.locator(".chart h3").allInnerTexts())
      .toEqual([
        ...["Loss", "Accuracy", "Reward margin", "Rewards", "Log-probabilities", "β", "Learning rate", "Gradient norm"],
      ]);
    await expect.poll(() => page.locator("[data-chart=loss] .plot g[aria-label=line] path").count()).toBe(6);
    await page.getByText("More metrics (3)").click();
    await expect
      .poll(() => page.locator(".more .chart h3").allInnerTexts())
      .toEqual([...["epsilon-beta/negative-steps", "epsilon-beta/positive-steps", "num_tokens"]]);
    await expect.poll(() => page.locator("html").getAttribute("lang")).toBe("en");
    for (const landmark of ["header", "nav", "main", "footer"])
      await expect.poll(() => page.locator(landmark).count()).toBe(1);
    expect(opened?.complaints).toEqual([]);
  });

  it("fits into 360, 800 and 1,440 pixels, also with long names and prompts, several runs and 10,000 steps", async () => {
    const long = "a-name-without-a-break".repeat(12);
    const prompt = "word ".repeat(400) + "x".repeat(400);
    const samples = [0, 9].map((step) => ({ step, samples: [{ prompt, response: prompt }] }));
    const runs = [10_000, 40, 40].map((count, seed) => ({ ...exampleRun(`${long}-${seed}`, seed, count), samples }));
    const page = await show({ ...exampleReport, title: long, notes: [long], runs });
    await expect.poll(() => page.locator("[data-chart=loss] .reading").innerText()).toMatch(/points, [\d,]+ drawn/);
    await openAll(page);
    for (const width of [1440, 800, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(300); // charts are drawn anew, later still on a busy machine
      await expect.poll(async () => [width, await overflow(page)]).toEqual([width, []]);
    }
    expect(opened?.complaints).toEqual([]);
  });

  it("has a contrast of 4.5 everywhere, in the light and in the dark", async () => {
    const page = await show(exampleReport);
    await openAll(page);
    await page.locator(".token").first().focus();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(async () => [colorScheme, await faintTexts(page)]).toEqual([colorScheme, []]);
      const shade = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(Number(/\d+/.exec(shade)?.[0]) < 128).toBe(colorScheme === "dark");
    }
  });

  it("is reached by Tab: links, toggles, every chart and every row of tokens, each with a name", async () => {
    const page = await show(exampleReport);
    const reached = new Set<string>();
    for (let presses = 0; presses < 150; presses++) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() => {
        const element = document.activeElement!;
        const role = element.getAttribute("role") ?? element.tagName.toLowerCase();
        const label = element.getAttribute("aria-label") ?? (element.closest("label") ?? element).textContent;
        return element === document.body ? "" : `${role} ${label.slice(0, 30)}`;
      });
      if (name === "") break;
      expect(name).toMatch(/\S \S/);
      reached.add(name);
    }
    const has = (pattern: RegExp): boolean => [...reached].some((name) => pattern.test(name));
    for (const pattern of [
      /^a Skip/,
      /^a Tokens/,
      /^input .*epsilon/,
      /^select/,
      /^slider Loss/,
      /^slider Gradient norm/,
    ])
      expect([pattern, has(pattern)]).toEqual([pattern, true]);
    expect([has(/^summary Values of Loss/), has(/^summary Values of reward/), has(/^listitem .*weight/)]).toEqual(
      Array(3).fill(true),
    );
  });

  it("says a chart's values at the step that arrow keys go to, in all charts at once", async () => {
    const page = await show(exampleReport);
    const chart = page.getByRole("slider", { name: /^Loss/ });
    await expect
      .poll(() => chart.getAttribute("aria-label"))
      .toMatch(/dpo from 0\.\d+ at step 1 to 0\.\d+ at step 120/);
    await chart.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    const loss = exampleReport.runs[0]!.steps[0]!.metrics.loss!;
    await expect
      .poll(() => chart.getAttribute("aria-valuetext"))
      .toContain(`step 1, dpo ${Number(loss.toPrecision(5))}`);
    await expect.poll(() => page.locator("[data-chart=beta] .reading").innerText()).toBe("step 1");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("[data-chart=beta] .reading").innerText()).toBe("last values, step 120");
  });

  it("says the values under the pointer, and what a mark at a gradient norm means", async () => {
    const page = await show(exampleReport);
    const box = (await page.locator("[data-chart=gradient-norm] .plot").boundingBox())!;
    await page.locator("[data-chart=gradient-norm] .plot").scrollIntoViewIfNeeded();
    const x = await page.evaluate(() => {
      const mark = document.querySelector("[data-chart=gradient-norm] [fill='var(--warn)'] path")!;
      const { left, width } = mark.getBoundingClientRect();
      return left + width / 2;
    });
    await page.mouse.move(
      x,
      (await page.locator("[data-chart=gradient-norm] .plot").boundingBox())!.y + box.height / 2,
    );
    const said = page.locator("[data-chart=gradient-norm] .mark").first();
    await expect
      .poll(() => said.innerText())
      .toMatch(/^Clipped: the norm is above 1, .* Peak: \d+(\.\d+)? times the median/);
    await expect.poll(() => page.locator("[data-chart=gradient-norm] .reading").innerText()).toBe("step 61");
  });

  it("says the values of a point of reward against KL, by arrow keys in order of KL, and under the pointer", async () => {
    const page = await show(exampleReport);
    const chart = page.getByRole("slider", { name: /^mean sentiment .* The highest is best of n: 0\.876/ });
    const reading = page.locator(".comparison .reading");
    await chart.focus();
    await expect.poll(() => reading.innerText()).toBe("reference: KL 0, reward 0.1 (0.02 to 0.18)");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => reading.innerText()).toMatch(/^best of n, n = 2: KL 0\.193/);
    await page.keyboard.press("Escape");
    const last = page.locator(".comparison g[aria-label=dot] path").last();
    await last.scrollIntoViewIfNeeded();
    const mark = (await last.boundingBox())!;
    await page.mouse.move(mark.x + mark.width / 2 + 5, mark.y + mark.height / 2);
    await expect.poll(() => reading.innerText()).not.toBe("Point at a point for its values.");
  });

  it("labels points of reward against KL where there is room, so that no label lies over another", async () => {
    const points = Array.from({ length: 12 }, (_, index) => ({
      label: `method.beta ${index}, learningRate 0.001`,
      kl: { value: index < 9 ? 0.1 + index / 1000 : index },
      reward: { value: index < 9 ? 0.2 + index / 1000 : index / 4 },
    }));
    const series = [{ name: "dpo", kind: "method" as const, joined: true, points }];
    const page = await show({ ...exampleReport, comparison: { reward: "reward", series } });
    const labels = page.locator(".comparison g[aria-label=text] text");
    await expect.poll(() => labels.count()).toBeGreaterThan(2);
    const boxes = await labels.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
    boxes.forEach((box, index) =>
      boxes.slice(index + 1).forEach((other) => {
        const apart =
          box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top;
        expect(apart).toBe(true);
      }),
    );
    expect(boxes.length).toBeLessThan(12);
  });

  it("shows a token's values on hover and on focus, and moves along tokens by arrow keys", async () => {
    const page = await show(exampleReport);
    const tokens = page
      .getByRole("list", { name: /^tis-dpo: tokens/ })
      .first()
      .getByRole("listitem");
    const tip = page.getByRole("tooltip");
    await tokens.nth(1).hover();
    await expect
      .poll(async () => (await tip.innerText()).replaceAll(/\s+/g, " "))
      .toMatch(/" warm" weight w [\d.]+ ρ, nats .* score s 1.5 β 0.1 .* loss ℓ/);
    await page.mouse.move(0, 0);
    await expect.poll(() => tip.count()).toBe(0);
    await tokens.nth(0).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => tip.innerText()).toContain('" and"');
    await expect.poll(() => tokens.nth(2).getAttribute("aria-label")).toMatch(/^ and: weight w [\d.]+$/);
    await page.keyboard.press("Escape");
    await expect.poll(() => tip.count()).toBe(0);
  });

  it("hides a run, smooths, and shows tables of what was drawn", async () => {
    const page = await show(exampleReport);
    const legend = page.locator("[data-chart=loss] .legend li");
    await expect.poll(() => legend.count()).toBe(3);
    await page.getByRole("checkbox", { name: "epsilon-dpo" }).first().uncheck();
    await expect
      .poll(() => legend.allInnerTexts())
      .toEqual([expect.stringMatching(/^dpo/), expect.stringMatching(/^tis-dpo/)]);
    const before = await legend.first().innerText();
    await page.getByLabel("Training curves").selectOption("mean over the last 20 steps");
    await expect.poll(() => legend.first().innerText()).not.toBe(before);
    await page.getByText("Values of reward against KL").click();
    await expect.poll(() => page.locator(".comparison tbody tr").count()).toBe(1 + 6 + 4 + 1 + 30);
  });

  it("shows tables as they are given, hostile text in them as text", async () => {
    const rows = [
      ["dpo", "1.5"],
      [hostile, hostile],
    ];
    const page = await show({ title: "t", runs: [], tables: [{ title: hostile, columns: ["method", hostile], rows, caption: hostile }] }); // prettier-ignore
    const table = page.locator("#tables table");
    await expect.poll(() => table.locator("tr").count()).toBe(3);
    expect(await table.locator("tbody th").allInnerTexts()).toEqual(["dpo", hostile]);
    expect(await table.locator("tbody td").allInnerTexts()).toEqual(["1.5", hostile]);
    expect(await page.locator("#tables h3").innerText()).toBe(hostile);
    expect(await page.locator("#tables figcaption").innerText()).toBe(hostile);
    expect(opened?.complaints).toEqual([]);
  });

  it("shows hostile text as text, in the title, names, prompts, tokens and the configuration", async () => {
    const run = exampleRun(hostile, 1, 5);
    const group = { ...run.tokens![0]!.groups[0]!, prompt: hostile };
    const token = { ...group.candidates[0]!.tokens[0]!, text: hostile };
    const candidate = { ...group.candidates[0]!, tokens: [token] };
    const page = await show({
      title: hostile,
      notes: [hostile],
      runs: [
        {
          ...run,
          configuration: { [hostile]: hostile },
          samples: [{ step: 0, samples: [{ prompt: hostile, response: hostile }] }],
          tokens: [{ step: 5, groups: [{ ...group, candidates: [candidate, null] }] }],
          dropped: [{ file: hostile, line: 1, code: hostile, reason: hostile }],
          warnings: [hostile],
        },
      ],
    });
    await expect.poll(() => page.title()).not.toBe("broken");
    await expect.poll(() => page.locator("h1").innerText()).toContain("</script><script>");
    await expect.poll(() => page.locator("#page script, #page img").count()).toBe(0);
    expect(opened?.complaints).toEqual([]);
  });

  it("shows runs without a step, metrics that are no numbers, and a page without a run", async () => {
    const run = exampleRun("new", 0, 3);
    const broken = {
      ...run,
      name: "broken",
      steps: [{ step: 1, metrics: { loss: NaN } }],
      evaluations: [],
      samples: [],
    };
    const page = await show({ title: "new", runs: [{ ...run, steps: [], evaluations: [], state: "running" }, broken] });
    await expect
      .poll(() => page.locator("#warnings").innerText())
      .toContain("1 step logged a metric that is not a finite number");
    expect(opened?.complaints).toEqual([]);
    await opened?.page.close();
    const tokens = { methods: [{ name: "dpo", groups: run.tokens![1]!.groups }] };
    const tokensAlone = await show({ title: "tokens", runs: [], tokens });
    await expect.poll(() => headings(tokensAlone)).toEqual(["Tokens"]);
    expect(opened?.complaints).toEqual([]);
  });
});
