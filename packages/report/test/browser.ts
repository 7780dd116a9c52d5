/** Debian's chromium, or the one that TOKENWISE_CHROMIUM names. */
import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";

const executable = process.env.TOKENWISE_CHROMIUM ?? "/usr/bin/chromium";

export const hasBrowser = existsSync(executable);

/** Said where tests are skipped. */
export const howToGetBrowser = hasBrowser
  ? ""
  : " (no chromium here: apt-get install chromium, or set TOKENWISE_CHROMIUM)";

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

export interface Opened {
  readonly page: Page;
  /** Messages of the console, errors, and requests for anything but the page itself. */
  readonly complaints: readonly string[];
}

export async function open(browser: Browser, url: string): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForFunction(() => document.querySelectorAll("h1").length === 1);
  return { page, complaints };
}

/** How far the page is wider than the window, and what sticks out of it without being scrollable. */
export const overflow = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const isInside = (element: Element): boolean => element.closest(".scroll, nav ul, .skip, .hidden") !== null;
    const outside = [...document.querySelectorAll("body *")].filter((element) => {
      return element.getBoundingClientRect().right > window.innerWidth + 1 && !isInside(element);
    });
    const extra = document.documentElement.scrollWidth - window.innerWidth;
    return [...(extra > 0 ? [`${extra} pixels`] : []), ...outside.map(({ outerHTML }) => outerHTML.slice(0, 80))];
  });

/** Texts whose contrast with what is behind them is below 4.5 : 1. */
export const faintTexts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    type Color = readonly [number, number, number, number];
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
    const known = new Map<string, Color>();
    const parse = (text: string): Color => {
      const color = known.get(text) ?? drawn(text);
      known.set(text, color);
      return color;
    };
    const drawn = (text: string): Color => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = ([r, g, b, a]: Color, [R, G, B]: Color): Color => [
      ...([r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)] as const),
      1,
    ];
    const behind = (element: Element | null): Color => {
      if (!element) return [255, 255, 255, 1];
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, behind(element.parentElement));
    };
    const luminance = (color: Color): number => {
      const [r, g, b] = color.slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return [...document.querySelectorAll("#page :not(title)")]
      .filter(({ childNodes }) => [...childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()))
      .flatMap((element) => {
        const style = getComputedStyle(element);
        const back = behind(element);
        const front = over(parse(element instanceof SVGElement ? style.fill : style.color), back);
        const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a) as [number, number];
        const contrast = (light + 0.05) / (dark + 0.05);
        return contrast < 4.5 ? [`${contrast.toFixed(2)}: ${element.outerHTML.slice(0, 90)}`] : [];
      });
  });
