import { describe, expect, it } from "vitest";
import { readYaml } from "./read-yaml.ts";

const text = `# comment
model: a
read:
  columns: { prompt: question }
plugins:
  - one
  - two
empty:
`;

describe("YAML", () => {
  it("keeps the line of every key and item, and of what contains them where they are missing", () => {
    const { at, value } = readYaml(text, "c.yaml");
    expect(value).toMatchObject({ read: { columns: { prompt: "question" } }, plugins: ["one", "two"], empty: null });
    expect(at(["model"])).toBe("c.yaml:2");
    expect(at(["read", "columns", "prompt"])).toBe("c.yaml:4");
    expect(at(["read", "columns", "chosen"])).toBe("c.yaml:4");
    expect(at(["plugins", 1])).toBe("c.yaml:7");
    expect(at(["empty", "x"])).toBe("c.yaml:8");
    expect(at([])).toBe("c.yaml");
    expect(at(["unknown"])).toBe("c.yaml");
  });

  it("of one file is one document, of plain values, and small", () => {
    const code = (source: string): unknown => {
      try {
        return readYaml(source, "c.yaml").value;
      } catch (error) {
        return (error as { code?: string }).code ?? error;
      }
    };
    expect(code("")).toBe(null);
    for (const bad of ["a: 1\n---\nb: 2\n", "a: !!js/function x\n", "a: [1\n", "a: 1\n b: 2\n"])
      expect(code(bad)).toBe("TW_E_CONFIG_SYNTAX");
    const bomb = Array.from({ length: 9 }, (_, i) => `k${i}: &a${i} [${`*a${i - 1},`.repeat(9)}]`);
    expect(code(["k: &a-1 [1]", ...bomb].join("\n").replaceAll("a-1", "z"))).toBe("TW_E_CONFIG_SYNTAX");
  });
});
