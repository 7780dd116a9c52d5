import type { InspectedGroup } from "@tokenwise/core";
import { describe, expect, it } from "vitest";
import { renderGroup, renderLegend } from "./render-groups.ts";

const token = (text: string, weight: number, content = true) => ({
  ...{ id: 5, text, content, logProb: -1.5, ratio: 0.25 },
  ...{ weight, divergenceWeight: weight },
});
const group: InspectedGroup = {
  source: { file: "pairs.jsonl", line: 3 },
  prompt: "Q",
  beta: 0.1,
  emphasis: 1,
  loss: 0.68,
  candidates: [
    { target: 1, score: 0.5, reward: 0.05, tokens: [token(" good\u001b[2J\n", 2), token("</s>", 0, false)] },
    null,
  ],
};

describe("a group as text", () => {
  it("without colours is a table of every token's values", () => {
    expect(renderGroup("dpo", group, { colors: 0, values: false })).toBe(
      `dpo   β 0.1   ℓ 0.68
chosen   s 0.5   reward 0.05
  token            w  log π  ρ     w·ρ
  " good\\x1b[2J⏎"  2  -1.5   0.25  0.5
  "</s>"           0  -1.5   0.25  0
rejected: missing
`,
    );
  });

  it("says ω where a prompt has a weight of its own", () => {
    const text = renderGroup("dpo", { ...group, emphasis: 2 }, { colors: 0, values: false });
    expect(text.split("\n")[0]).toBe("dpo   β 0.1   ℓ 0.68   ω 2");
  });

  it("with colours paints each token by its weight, and lets no control character of the text through", () => {
    const text = renderGroup("dpo", group, { colors: 3, values: false });
    expect(text).toContain("\u001b[48;2;243;176;128m");
    expect(text).not.toContain("\u001b[2J");
    expect(text).not.toContain("ρ");
    expect(renderLegend(3)).toContain(" 0.25 ");
  });
});
