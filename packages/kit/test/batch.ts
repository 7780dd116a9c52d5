import { tf, type PerCandidate, type PreferenceBatch, type View } from "../src/index.ts";

/** Two prompts of two candidates, response lengths 3, 1 | 2, 3 of T = 3. */
export const testBatch = (): PreferenceBatch => ({
  prompts: 2,
  groupSize: 2,
  places: ["pairs.jsonl:1", "pairs.jsonl:2"],
  candidateMask: tf.ones([2, 2]),
  promptLengths: tf.tensor1d([4, 2]),
  responseIds: tf.tensor2d([4, 7, 2, 2, 0, 0, 5, 2, 0, 8, 6, 2], [4, 3], "int32"),
  responseMask: tf.tensor2d([1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1], [4, 3]),
  contentMask: tf.tensor2d([1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0], [4, 3]),
});

export const hardTargets = (prompts: number): PerCandidate => tf.tile(tf.tensor2d([[1, 0]]), [prompts, 1]);

/** A view of `testBatch` with the first candidates preferred, unless given otherwise. */
export const testView = ({ batch = testBatch(), ...given }: Partial<View> = {}): View => ({
  batch,
  read: {},
  targets: hardTargets(batch.prompts),
  preferred: hardTargets(batch.prompts),
  sample: {},
  parameters: {},
  state: null,
  training: true,
  seed: () => 0,
  ...given,
});
