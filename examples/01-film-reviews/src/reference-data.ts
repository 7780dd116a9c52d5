import { join } from "node:path";
import { writeJsonLines } from "./json-lines.ts";
import { samplePrompts, sampleReviews, type Review, type Split } from "./world/sample.ts";

export interface ReferenceData {
  /** Reviews to learn the language from, with train prompts. */
  readonly reviews: string;
  /** Reviews to measure it on, with test prompts. */
  readonly evaluationReviews: string;
  /** Prompts to sample preference pairs for. */
  readonly trainPrompts: string;
  /** Prompts to evaluate on; no prompt is in both. */
  readonly testPrompts: string;
}

export interface ReferenceDataOptions {
  readonly seed: number;
  readonly reviews?: number;
  readonly evaluationReviews?: number;
  readonly trainPrompts?: number;
  readonly testPrompts?: number;
}

/** A completion begins with the space that parts it from its prompt, so that the two put together are the review. */
const supervisedRow = ({ prompt, completion }: Review) => ({ prompt, completion: ` ${completion}` });

/** Writes the files the reference model is made from and judged by, as JSON lines. */
export async function writeReferenceData(
  folder: string,
  { seed, reviews = 32_000, evaluationReviews = 400, trainPrompts = 1024, testPrompts = 256 }: ReferenceDataOptions,
): Promise<ReferenceData> {
  const files = {
    reviews: join(folder, "reviews-train.jsonl"),
    evaluationReviews: join(folder, "reviews-test.jsonl"),
    trainPrompts: join(folder, "prompts-train.jsonl"),
    testPrompts: join(folder, "prompts-test.jsonl"),
  };
  const reviewRows = (count: number, split: Split) => sampleReviews(count, { seed, split }).map(supervisedRow);
  const promptRows = (count: number, split: Split) =>
    samplePrompts(count, { seed, split }).map((prompt) => ({ prompt }));
  await writeJsonLines(files.reviews, reviewRows(reviews, "train"));
  await writeJsonLines(files.evaluationReviews, reviewRows(evaluationReviews, "test"));
  await writeJsonLines(files.trainPrompts, promptRows(trainPrompts, "train"));
  await writeJsonLines(files.testPrompts, promptRows(testPrompts, "test"));
  return files;
}
