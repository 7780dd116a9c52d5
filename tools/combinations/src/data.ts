/** Data that lack nothing: rewards, and every column that any part reads. */
import type { DatasetFeatures } from "@tokenwise/core";
import { preferencesFrom, type PreferenceExample, type Tokenizer } from "@tokenwise/data";
import { requestKey, type Method, type Part, type Request } from "@tokenwise/kit";
import { tinyGroups, tinyPairs } from "@tokenwise/testkit";

export const dataKinds = ["pairs", "groups"] as const;
/** Groups: four candidates a prompt, of which one is missing. */
export type DataKind = (typeof dataKinds)[number];

interface Column {
  readonly name: string;
  readonly perToken: boolean;
}

/** What a part reads, through derived quantities too. */
export function requestsOf({ needs }: Pick<Part, "needs">): readonly Request[] {
  const own = Object.values(needs ?? {}).filter((need) => need !== undefined);
  const all = own.flatMap((need) => (need.kind === "derived" ? requestsOf(need) : [need]));
  return [...new Map(all.map((request) => [requestKey(request), request])).values()];
}

export function columnsOf(method: Method): readonly Column[] {
  const { objectives, auxiliaries = [], weighter, beta, emphasis, targets } = method;
  const parts: readonly (Pick<Part, "needs"> | undefined)[] = [
    ...[weighter, beta, emphasis, targets],
    ...objectives.flatMap(({ scorer, loss }) => [scorer, loss]),
    ...auxiliaries,
  ];
  const requests = parts.flatMap((part) => (part ? requestsOf(part) : []));
  const columns = requests.filter(({ kind, name }) => kind === "data" && name === "column");
  return [...new Map(columns.map((request) => [requestKey(request), columnOf(request)])).values()];
}

const columnOf = (request: Request): Column => ({
  name: (request.options as { readonly name: string }).name,
  perToken: !("axes" in request) || request.axes === "B,T",
});

/** What the planner looks at. */
export const featuresOf = (kind: DataKind, method: Method): DatasetFeatures => ({
  size: 6,
  groupSize: kind === "pairs" ? 2 : 4,
  pairs: kind === "pairs",
  rewards: true,
  columns: new Set(columnsOf(method).map(({ name }) => name)),
});

/** Six rows, with rewards that fall from the first candidate on, and values between ½ and 1½ in the columns that the method reads. */
export function examplesFor(kind: DataKind, method: Method, tokenizer: Tokenizer): readonly PreferenceExample[] {
  const rows = kind === "pairs" ? tinyPairs(6) : tinyGroups(6, 2);
  const { examples } = preferencesFrom(rows, { tokenizer });
  const columns = columnsOf(method);
  return examples.map((example, row) => ({
    ...example,
    rewards: example.candidates.map((candidate, at) => (candidate ? 0.3 * Math.cos(row + 2 * at) - at : 0)),
    columns: Object.fromEntries(
      columns.map(({ name, perToken }, column) => [
        name,
        example.candidates.map((candidate, at) =>
          Float32Array.from(
            { length: candidate ? (perToken ? candidate.ids.length : 1) : 0 },
            (_, token) => 1 + 0.5 * Math.sin(1 + row + 3 * at + 5 * token + 7 * column),
          ),
        ),
      ]),
    ),
  }));
}
