import { request } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { serveReport, type Report, type ReportServer } from "../src/index.ts";
import { hasBrowser, howToGetBrowser, launch, open } from "./browser.ts";
import { exampleRun } from "./example.ts";

const whole = exampleRun("dpo", 0, 20);
const begun: Report = {
  title: "live",
  runs: [{ ...whole, steps: whole.steps.slice(0, 2), evaluations: [], state: "running" }],
};

let server: ReportServer;
const serve = async (port?: number): Promise<ReportServer> => (server = await serveReport(begun, port ? { port } : {}));
afterEach(() => server.close());

/** Status and body of a request whose headers are as given. */
const ask = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<readonly [number, string]> =>
  new Promise((resolve, reject) => {
    request(new URL(path, server.url), { headers, method, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve([response.statusCode ?? 0, body]));
    })
      .on("error", reject)
      .end();
  });

describe("the server of a page", () => {
  it("answers on loopback to its own address, and to no other name", async () => {
    await serve();
    expect(new URL(server.url).hostname).toBe("127.0.0.1");
    expect(await ask("/")).toEqual([200, expect.stringContaining("<title>live</title>")]);
    const { port } = new URL(server.url);
    expect((await ask("/", { host: `localhost:${port}` }))[0]).toBe(200);
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", "127.0.0.1:1"])
      for (const path of ["/", "/events"]) expect([host, (await ask(path, { host }))[0]]).toEqual([host, 403]);
  });

  it("has the page and its events, for reading", async () => {
    await serve();
    expect((await ask("/run.json"))[0]).toBe(404);
    expect((await ask("/../package.json"))[0]).toBe(404);
    expect((await ask("/", {}, "POST"))[0]).toBe(405);
  });

  it("says that a port is taken", async () => {
    await serve();
    const port = Number(new URL(server.url).port);
    await expect(serveReport(begun, { port })).rejects.toMatchObject({ code: "TW_E_WATCH_PORT" });
  });
});

describe.skipIf(!hasBrowser)(`the live page in a browser${howToGetBrowser}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("shows new steps without being loaded again, keeps the focus, and stays when the run has ended", async () => {
    await serve();
    const { page, complaints } = await open(browser, server.url);
    const reading = page.locator("[data-chart=loss] .reading");
    await page.waitForSelector("[data-connection=live]");
    await expect.poll(() => reading.innerText()).toBe("last values, step 2");
    await page.evaluate(() => document.body.setAttribute("data-loaded", "once"));
    const chosen = page.getByLabel("Training curves");
    await chosen.selectOption("mean over the last 5 steps");
    await chosen.focus();
    for (const step of whole.steps.slice(2)) server.update({ type: "step", run: 0, step });
    for (const evaluation of whole.evaluations) server.update({ type: "evaluation", run: 0, evaluation });
    await expect.poll(() => reading.innerText(), { timeout: 10_000 }).toBe("last values, step 20");
    await expect.poll(() => page.locator("[data-chart=loss] .legend .value").count()).toBe(2);
    await expect.poll(() => chosen.inputValue()).toBe("5");
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("SELECT");
    server.update({ type: "run", run: 0, changed: { state: "ended" } });
    await server.close();
    await page.waitForSelector("[data-connection=over]");
    await expect.poll(() => page.locator("#runs td").first().innerText()).toBe("ended");
    await expect.poll(() => page.locator("body").getAttribute("data-loaded")).toBe("once");
    expect(complaints).toEqual([`request: ${server.url}events`]);
    await page.close();
  });
});
