/** What a method makes of the tokens of a pair, as text for a terminal. */
import type { InspectedCandidate, InspectedGroup, InspectedToken } from "@tokenwise/core";
import { Chalk, type ChalkInstance, type ColorSupportLevel } from "chalk";
import { number, table } from "../output/format.ts";
import { readableOn, weightColor } from "./weight-color.ts";

export interface RenderOptions {
  /** 0: none, and the values stand in a table. */
  readonly colors: ColorSupportLevel;
  /** The table of values even where there are colours. */
  readonly values: boolean;
}

/** One method's view of a group: β, ℓ, and ω where it is not 1, then each candidate's score, reward and tokens. */
export function renderGroup(name: string, group: InspectedGroup, { colors, values }: RenderOptions): string {
  const chalk = new Chalk({ level: colors });
  const pair = group.candidates.length === 2;
  const emphasis = group.emphasis === 1 ? "" : `   ω ${number(group.emphasis)}`;
  const heading = `${chalk.bold(name)}   β ${number(group.beta)}   ℓ ${number(group.loss)}${emphasis}\n`;
  const candidates = group.candidates.map((candidate, index) => {
    const title = pair ? ["chosen", "rejected"][index]! : `candidate ${index}`;
    if (!candidate) return `${title}: missing\n`;
    const { score, reward, target } = candidate;
    const soft = target === 0 || target === 1 ? "" : `   target ${number(target)}`;
    const line = `${chalk.bold(title)}   s ${number(score)}   reward ${number(reward)}${soft}\n`;
    const colored = colors > 0 ? `${candidate.tokens.map((token) => paint(token, chalk)).join("")}\n` : "";
    return line + colored + (values || colors === 0 ? renderValues(candidate) : "");
  });
  return [heading, ...candidates].join("");
}

/** The prompt, indented. */
export const renderPrompt = (prompt: string): string => `  ${prompt.split("\n").map(visible).join("\n  ")}`;

/** What the colours mean. */
export function renderLegend(colors: ColorSupportLevel): string {
  if (colors === 0) return "";
  const chalk = new Chalk({ level: colors });
  const steps = [0.25, 0.5, 1, 2, 4].map((weight) => swatch(` ${weight} `, weight, chalk));
  return `weights w_t: ${steps.join("")}\n`;
}

const paint = ({ text, content, weight }: InspectedToken, chalk: ChalkInstance): string => {
  const shown = visible(text);
  return content ? swatch(shown, weight, chalk) : chalk.dim(shown);
};

function swatch(text: string, weight: number, chalk: ChalkInstance): string {
  const { background, strength } = weightColor(weight);
  return strength === 0 ? text : chalk.bgRgb(...background).rgb(...readableOn(background))(text);
}

/** A line a token: its text, w, and where there is a reference ρ and w·ρ, in nats. */
function renderValues({ tokens }: InspectedCandidate): string {
  const ratios = tokens.some(({ ratio }) => ratio !== undefined);
  const divergences = tokens.some(({ weight, divergenceWeight }) => weight !== divergenceWeight);
  const heading = ["  token", "w", ...(divergences ? ["v"] : []), "log π", ...(ratios ? ["ρ", "w·ρ"] : [])];
  const rows = tokens.map(({ text, weight, divergenceWeight, logProb, ratio }) => [
    `  "${visible(text)}"`,
    number(weight),
    ...(divergences ? [number(divergenceWeight)] : []),
    number(logProb),
    ...(ratios ? [number(ratio ?? NaN), number(weight * (ratio ?? NaN))] : []),
  ]);
  return table([heading, ...rows]);
}

/** Control characters of a model's text must not reach the terminal. */
const visible = (text: string): string =>
  text
    .replaceAll("\n", "⏎")
    .replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
