import { describe, expect, it } from "vitest";
import { mutantsOf, type Mutant } from "../src/mutants.ts";
import { problemsOf, resultOf, survivorsOf } from "../src/result.ts";

const mutant = (status: string, more: Partial<Mutant> = {}): Mutant => ({
  file: "src/a.ts",
  from: "a + b",
  to: "a - b",
  line: 1,
  status,
  ...more,
});
const many = (count: number, status: string): readonly Mutant[] => Array.from({ length: count }, () => mutant(status));
const explained = { file: "src/a.ts", from: "x > 0", to: "x >= 0", why: "at 0 both sides are equal" };

describe("what Stryker reports", () => {
  it("is told by lines as they stand and as they would be, so that it lasts when lines above it move", () => {
    const change = { location: { start: { line: 2, column: 12 }, end: { line: 3, column: 5 } }, replacement: "1 - 2" };
    const source = "// above\nconst a = (1 +\n   2);\n";
    const files = { "src/a.ts": { source, mutants: [{ ...change, status: "Survived" }] } };
    const [told] = mutantsOf({ files });
    expect(told).toMatchObject({ from: "const a = (1 + 2);", to: "const a = (1 - 2);", line: 2, status: "Survived" });
    const moved = { "src/a.ts": { source: source.slice(9), mutants: [{ ...shifted(change), status: "Survived" }] } };
    expect(mutantsOf({ files: moved })[0]).toEqual({ ...told, line: 1 });
  });
});

describe("a plugin", () => {
  it("scores the share that is noticed of what could be tried: without what was ignored or cannot run", () => {
    const tried = [...many(17, "Killed"), ...many(2, "Timeout"), ...many(1, "Survived")];
    const { mutants, killed, score } = resultOf("a", [...tried, ...many(5, "Ignored"), ...many(3, "RuntimeError")], []);
    expect([mutants, killed, score]).toEqual([20, 19, 0.95]);
  });

  it("is in order at nine of ten, with the tenth explained", () => {
    const survivor = mutant("Survived", explained);
    const result = resultOf("a", [...many(9, "Killed"), survivor], [explained]);
    expect(result.explained).toEqual([explained]);
    expect(problemsOf(result)).toEqual([]);
  });

  it("is not in order below, however much is explained", () => {
    const survivor = mutant("Survived", explained);
    const problems = problemsOf(resultOf("a", [...many(8, "Killed"), survivor], [explained]));
    expect(problems).toEqual([expect.stringMatching(/notice 88\.9 % of the changes, and must notice 90\.0 %/)]);
  });

  it.each(["Survived", "NoCoverage"])("lists what nobody explained: %s", (status) => {
    const result = resultOf("a", [...many(99, "Killed"), mutant(status), mutant(status, explained)], [explained]);
    expect(survivorsOf(result)).toEqual([expect.stringMatching(/src\/a\.ts\n {2}- a \+ b\n {2}\+ a - b$/)]);
  });

  it("is not in order with an explanation of what is noticed, or is not there", () => {
    const mutants = [...many(9, "Killed"), mutant("Killed", explained)];
    const gone = { ...explained, to: "x < 0" };
    expect(problemsOf(resultOf("a", mutants, [explained, gone]))).toHaveLength(2);
  });

  it("may take too long for a change that is explained: that proves nothing", () => {
    const mutants = [...many(9, "Killed"), mutant("Timeout", explained)];
    expect(problemsOf(resultOf("a", mutants, [explained]))).toEqual([]);
  });
});

interface Place {
  readonly line: number;
  readonly column: number;
}
interface Change {
  readonly location: { readonly start: Place; readonly end: Place };
  readonly replacement: string;
}

function shifted({ location: { start, end }, replacement }: Change): Change {
  const up = ({ line, column }: Place): Place => ({ line: line - 1, column });
  return { location: { start: up(start), end: up(end) }, replacement };
}
