import { percent, type Result } from "./result.ts";

const line = (...[name, ...numbers]: [string, ...string[]]): string =>
  name.padEnd(16) + numbers.map((text) => text.padStart(12)).join("");

export const header = line("plugin", "mutants", "killed", "survived", "no coverage", "explained", "score");

export const row = ({ plugin, mutants, killed, survived, uncovered, explained, score }: Result): string =>
  line(plugin, ...[mutants, killed, survived, uncovered, explained.length].map(String), percent(score));
