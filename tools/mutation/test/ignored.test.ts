import { strykerPlugins } from "../src/ignored.mjs";
import { describe, expect, it } from "vitest";

const [{ value: words }] = strykerPlugins as unknown as readonly [
  { readonly value: { shouldIgnore(place: unknown): string | undefined } },
];
const call = (callee: object, args: readonly object[]) => ({ type: "CallExpression", callee, arguments: args });
const [first, second] = [{ type: "StringLiteral" }, { type: "StringLiteral" }];

describe("a change is not tried", () => {
  it("of an option's description", () => {
    const parent = call({ property: { name: "describe" } }, [first]);
    expect(words.shouldIgnore({ node: first, parent })).toBe("the description of an option");
  });

  it("of an error's message, and it is of the code", () => {
    const parent = { ...call({ name: "TokenwiseError" }, [first, second]), type: "NewExpression" };
    expect(words.shouldIgnore({ node: second, parent })).toMatch(/message/);
    expect(words.shouldIgnore({ node: first, parent })).toBeUndefined();
  });

  it("of a refinement's message, and it is of the condition", () => {
    const parent = call({ property: { name: "refine" } }, [first, second]);
    expect(words.shouldIgnore({ node: second, parent })).toMatch(/message/);
    expect(words.shouldIgnore({ node: first, parent })).toBeUndefined();
  });

  it("of a paper's title, declared or in place", () => {
    const node = { type: "ObjectExpression" };
    expect(words.shouldIgnore({ node, parent: { type: "VariableDeclarator", id: { name: "paper" } } })).toMatch(
      /paper/,
    );
    expect(words.shouldIgnore({ node, parent: { type: "ObjectProperty", key: { name: "paper" } } })).toMatch(/paper/);
    expect(words.shouldIgnore({ node, parent: { type: "VariableDeclarator", id: { name: "share" } } })).toBeUndefined();
  });
});
