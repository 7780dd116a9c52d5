import { loadLanguageModel } from "@tokenwise/core";
import { describe, expect, it } from "vitest";
import { referenceFolder } from "../demo/samples.ts";
import { worldNamed } from "../world/worlds.ts";
import { examplesOf } from "./training-rows.ts";

describe("groups", () => {
  it("are of one size: a sample that was cut off is a missing candidate", async () => {
    const { model, tokenizer } = await loadLanguageModel(referenceFolder);
    model.dispose();
    const samples = [
      { prompt: "i saw it .", completions: ["it is good .", "it is bad .", "it was good ."] },
      { prompt: "i saw it .", completions: ["it is good .", "it is bad ."] },
      { prompt: "i saw it .", completions: ["it is good .", "it is good ."] },
    ];
    const examples = examplesOf("groups", { samples, pairs: [], world: worldNamed("scope"), tokenizer });
    expect(examples.map(({ candidates }) => candidates.map((candidate) => candidate !== null))).toEqual([
      [true, true, true],
      [true, true, false],
    ]);
  });
});
