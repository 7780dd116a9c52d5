import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel, useBackend } from "@tokenwise/model";
import { expect, it } from "vitest";
import { writeUntrainedModel } from "./untrained-model.ts";
import { vocabulary } from "./world/tokenizer.ts";

it("writes a folder that loads, of less than half a million parameters, one embedding for every word", async () => {
  await useBackend("cpu");
  const folder = await mkdtemp(join(tmpdir(), "untrained-"));
  try {
    await writeUntrainedModel(folder, 1);
    const model = await loadModel(folder);
    const sizes = [...model.parameters.values()].map(({ size }) => size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(500_000);
    expect(model.config.vocabSize).toBe(vocabulary.length);
    model.dispose();
  } finally {
    await rm(folder, { recursive: true });
  }
});
