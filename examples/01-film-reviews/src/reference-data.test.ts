import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeReferenceData } from "./reference-data.ts";
import { score } from "./world/semantics.ts";

interface Row {
  readonly prompt: string;
  readonly completion: string;
}

it("writes grammatical reviews and prompts, the same for the same seed, no prompt in both splits", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reference-data-"));
  const sizes = { seed: 3, reviews: 300, evaluationReviews: 100, trainPrompts: 200, testPrompts: 80 };
  try {
    const files = await writeReferenceData(folder, sizes);
    const textOf = (file: string) => readFile(file, "utf8");
    const rowsOf = async (file: string) =>
      (await textOf(file))
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Row);

    const reviews = [await rowsOf(files.reviews), await rowsOf(files.evaluationReviews)];
    expect(reviews.map((rows) => rows.length)).toEqual([300, 100]);
    for (const { prompt, completion } of reviews.flat()) expect(score(prompt + completion).grammatical).toBe(true);

    const train = [...reviews[0]!, ...(await rowsOf(files.trainPrompts))].map(({ prompt }) => prompt);
    const test = [...reviews[1]!, ...(await rowsOf(files.testPrompts))].map(({ prompt }) => prompt);
    expect(train.filter((prompt) => test.includes(prompt))).toEqual([]);

    const before = await textOf(files.reviews);
    await writeReferenceData(folder, sizes);
    expect(await textOf(files.reviews)).toBe(before);
  } finally {
    await rm(folder, { recursive: true });
  }
});
