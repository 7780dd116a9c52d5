import { table } from "../output/format.ts";
import type { Findings, Found, Provided, Refused } from "./find-plugins.ts";

/** The findings as text. */
export function renderFindings({ configuration, found, refused, installed, kit }: Findings): string {
  const none = configuration === undefined ? "no configuration here" : `${configuration} names no plugins`;
  const others = installed.map(({ name, version, description }) => [`  ${name} ${version}`, description]);
  return [
    ...(found.length + refused.length === 0 ? [`${none}\n`] : []),
    ...found.map(renderFound),
    ...refused.map(renderRefused),
    ...(others.length > 0 ? [`installed, but not named under plugins\n${table(others)}`] : []),
    `@tokenwise/kit ${kit.version}, ${kit.folder}\n${renderProvided(kit.provides)}`,
  ].join("\n");
}

const renderFound = ({ name, version, where, file, provides }: Found): string =>
  `${name} ${version}, ${where}${file === undefined ? "" : `, ${file}`}\n${renderProvided(provides)}`;

const renderRefused = ({ named, where, message, code, hint }: Refused): string =>
  [
    `${named} is refused`,
    `  ${code}: ${message || where}`,
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    "",
  ].join("\n");

const renderProvided = (provides: readonly Provided[]): string =>
  table(
    provides.map(({ name, role, paper, qualified }) => [
      `  ${name}`,
      role,
      [paper ? `${paper.title}, ${paper.url}` : "", qualified === undefined ? "" : `(write ${qualified})`]
        .filter(Boolean)
        .join(" "),
    ]),
  );
