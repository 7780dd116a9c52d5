/**
 * The notation the grammar is written in, and what it is compiled to. One grammar serves the generator and the recogniser.
 *
 *     Sentence±                                a category; its rules follow, indented
 *       6  Clause± .                           weight, then words (lower case) and categories (capitalized)
 *       3  Clause∓ , but Clause± .  : mean 1 3      after the colon: the meaning, see meaning.ts
 *       1  well | badly             : value 0.5     alternatives share the weight
 *
 * A category with ± stands for two, + and −: in the first, ± reads + and ∓ reads −, in the second the other way round.
 * `Quality@± for Film Story` stands for one category per name, which replaces every @ in its rules. A category may be continued
 * under the same name elsewhere. Text after # is a comment.
 */
import { readMeaning, type Meaning } from "./meaning.ts";

export interface Category {
  readonly name: string;
  readonly index: number;
  readonly rules: Rule[];
  /** The rules that can begin with a word; the recogniser tries no others. */
  readonly starts: Map<string, Rule[]>;
}

export interface Rule {
  readonly weight: number;
  readonly symbols: readonly (string | Category)[];
  readonly meaning: Meaning;
}

export interface Grammar {
  readonly categories: ReadonlyMap<string, Category>;
  /** Every word of the language, sorted. */
  readonly words: readonly string[];
}

/** @throws RangeError for a line that is not a rule, a category without rules, left recursion. */
export function readGrammar(...texts: readonly string[]): Grammar {
  const categories = new Map<string, Category>();
  const words = new Set<string>();
  const categoryNamed = (name: string): Category => {
    let category = categories.get(name);
    if (!category) categories.set(name, (category = { name, index: categories.size, rules: [], starts: new Map() }));
    return category;
  };
  for (const { category, weight, body, meaning } of readLines(texts.join("\n"))) {
    const symbols = body.map((name) => (isCategoryName(name) ? categoryNamed(name) : name));
    for (const symbol of symbols) if (typeof symbol === "string") words.add(symbol);
    categoryNamed(category).rules.push({
      weight,
      symbols,
      meaning: readMeaning(meaning, `${category}: ${body.join(" ")}`),
    });
  }
  for (const category of categories.values()) fillStarts(category, []);
  return { categories, words: [...words].sort() };
}

interface Line {
  readonly category: string;
  readonly weight: number;
  readonly body: readonly string[];
  readonly meaning: string;
}

function* readLines(text: string): Generator<Line> {
  let headings: readonly Heading[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*/u, "").trimEnd();
    if (line.trim() === "") continue;
    if (!line.startsWith(" ")) {
      headings = readHeading(line);
      continue;
    }
    const parts = /^ +(?<weight>[\d.]+) +(?<bodies>[^:]+?)(?: *: (?<meaning>.*))?$/u.exec(line)?.groups;
    if (!parts) throw new RangeError(`not a rule of the grammar: ${line}`);
    const bodies = parts.bodies!.split("|").map((body) => body.trim().split(/ +/u));
    for (const { name, instantiate } of headings) {
      for (const body of bodies) {
        const weight = Number(parts.weight) / bodies.length;
        yield { category: name, weight, body: body.map(instantiate), meaning: parts.meaning ?? "" };
      }
    }
  }
}

interface Heading {
  readonly name: string;
  readonly instantiate: (symbol: string) => string;
}

/** One heading for each family and each sign that the line stands for. */
function readHeading(line: string): readonly Heading[] {
  const [pattern = "", families = ""] = line.split(" for ");
  const signs = pattern.includes("±") ? ["+", "-"] : [""];
  return families.split(" ").flatMap((family) =>
    signs.map((sign) => {
      const opposite = sign === "+" ? "-" : "+";
      const instantiate = (symbol: string) => symbol.replace("@", family).replace("±", sign).replace("∓", opposite);
      return { name: instantiate(pattern), instantiate };
    }),
  );
}

const isCategoryName = (symbol: string) => /^[A-Z]/u.test(symbol);

function fillStarts(category: Category, above: readonly Category[]): void {
  if (above.includes(category)) throw new RangeError(`left recursion: ${category.name}`);
  if (category.rules.length === 0) throw new RangeError(`a category without rules: ${category.name}`);
  if (category.starts.size > 0) return;
  for (const rule of category.rules) {
    for (const word of startsOf(rule, [...above, category])) {
      const rules = category.starts.get(word);
      if (rules) rules.push(rule);
      else category.starts.set(word, [rule]);
    }
  }
}

function startsOf({ symbols: [first] }: Rule, above: readonly Category[]): Iterable<string> {
  if (typeof first === "string") return [first];
  if (!first) throw new RangeError("a rule without symbols");
  fillStarts(first, above);
  return first.starts.keys();
}
