/** docs/reference/combinations.md: which parts go together, as the planner says it. */
import { join } from "node:path";
import type { Registry } from "@tokenwise/core";
import type { Method, Part, Request } from "@tokenwise/kit";
import { format } from "prettier";
import type { Combination } from "./combination.ts";
import { conflictsOf } from "./conflicts.ts";
import { dataKinds, requestsOf, type DataKind } from "./data.ts";
import { allCombinations, factors, firstAccepted } from "./enumerate.ts";
import { methodsOf, partsByPlace, places, roleAt, root, shortName, type Parts } from "./parts.ts";
import { accepted, judge, judged, type Verdict } from "./verdict.ts";

export const pageFile = join(root, "docs/reference/combinations.md");
export const command = "npm run generate -w @tokenwise-tools/combinations";

type Judges = Readonly<Record<DataKind, (combination: Combination) => Verdict>>;

/** The page as Prettier formats it. */
export async function renderPage(registry: Registry): Promise<string> {
  const parts = partsByPlace(registry);
  const judges: Judges = { pairs: judge("pairs", registry), groups: judge("groups", registry) };
  const refused = refusalRows(parts, judges);
  const text = `# Which parts go together

Written by \`${command}\` from what the planner says of every combination of the parts that the kit and the plugins of this
repository provide, each with its default options; a test compares. *Pairs* are rows of a chosen and a rejected response, *groups* rows of four
candidates of which one is missing. Both have rewards and every column that is read, since it depends on the data, not on the combination,
whether they are there.

${summary(parts, judges)}

## Parts

*Reads* names the requests of a part and the models that they are of. Where only \`token-log-prob\` of the reference is read, it is computed
once; any other request of the reference keeps it running in every step.

${table(["part", "kind", "pairs", "groups", "reads"], partRows(registry, parts, judges))}

## Refused

Every combination that holds the parts of a row is refused before the first step, on the data named; every other one trains.

${refused.length > 0 ? table(["parts", "on", "code", "reason"], refused) : "None."}

## Methods

${table(["method", "plugin", "pairs", "groups"], methodRows(registry))}
`;
  return format(text, { parser: "markdown", printWidth: 120 });
}

const isAcceptedBy =
  (verdictOf: (combination: Combination) => Verdict) =>
  (combination: Combination): boolean =>
    accepted(verdictOf(combination));

function summary(parts: Parts, judges: Judges): string {
  const counts = factors.map((place) => `${parts[place].length} ${plural(roleAt(place), parts[place].length)}`);
  const all = [...allCombinations(parts)];
  const works = dataKinds.map((kind) => `${all.filter(isAcceptedBy(judges[kind])).length} on ${kind}`);
  return `${counts.slice(0, -1).join(", ")} and ${counts.at(-1)} (a weighter may be left out) make ${all.length} combinations: ${works.join(", ")} train.`;
}

const plural = (noun: string, count: number): string => (count === 1 ? noun : noun + (noun.endsWith("s") ? "es" : "s"));

function partRows(registry: Registry, parts: Parts, judges: Judges): readonly (readonly string[])[] {
  return places.flatMap((place) =>
    parts[place].map((name) => {
      const goes = (kind: DataKind) => firstAccepted(parts, { [place]: name }, isAcceptedBy(judges[kind]));
      const reads = new Set(requestsOf(registry.find("part", name)() as Part).map(spoken));
      return [code(name), roleAt(place), ...dataKinds.map((kind) => yes(goes(kind))), [...reads].join(", ")];
    }),
  );
}

function spoken({ kind, name, models, options }: Request): string {
  if (kind === "data") return name === "column" ? `column \`${(options as { readonly name: string }).name}\`` : name;
  return `${name} (${models.join(", ")})`;
}

function refusalRows(parts: Parts, judges: Judges): readonly (readonly string[])[] {
  return dataKinds.flatMap((kind) =>
    conflictsOf(parts, judges[kind]).map((conflict) => [
      places
        .flatMap((place) => conflict.parts[place] ?? [])
        .map(code)
        .join(" with "),
      kind,
      `\`${conflict.code}\``,
      conflict.reason,
    ]),
  );
}

function methodRows(registry: Registry): readonly (readonly string[])[] {
  return methodsOf(registry).map(({ plugin, factory }) => {
    const verdicts = dataKinds.map((kind) => judged(() => factory() as Method, kind));
    const said = verdicts.map((verdict) => (accepted(verdict) ? "yes" : `\`${verdict.refusal.code}\``));
    return [`\`${factory.id}\``, `\`${plugin}\``, ...said];
  });
}

const yes = (found: unknown): string => (found === undefined ? "no" : "yes");
const code = (name: string): string => `\`${shortName(name)}\``;

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
