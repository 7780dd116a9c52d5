import { beforeAll, describe, expect, it } from "vitest";
import { backends } from "../../test/backends.ts";
import { gradientError } from "../../test/finite-differences.ts";
import {
  entropy,
  forwardKl,
  logSumSquares,
  reverseKl,
  tf,
  tokenLogProb,
  type Json,
  type Request,
  type VocabularyDefinition,
  type VocabularyRows,
} from "../index.ts";

const policy = () => tf.tensor2d([1, 0, -1, 0.5, 0.2, 0], [2, 3]);
const reference = () => tf.tensor2d([0.8, 0.1, -0.9, 0.5, 0, 0.1], [2, 3]);
const rowsOf = (logits: tf.Tensor): VocabularyRows => {
  const of = (model: string) => (model === "policy" ? logits : reference());
  return { ids: tf.tensor1d([0, 1], "int32"), logits: of, logProbs: (model) => tf.logSoftmax(of(model)) };
};
const reduced = (request: Request, logits: tf.Tensor = policy()) => {
  if (request.kind !== "vocabulary") throw new Error(`${request.name} is not a vocabulary reduction`);
  return (request.define as unknown as VocabularyDefinition<Json>).reduce(rowsOf(logits), request.options);
};

const probabilities = (logits: readonly number[]): number[] => {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
};
const p = probabilities([1, 0, -1]);
const q = probabilities([0.8, 0.1, -0.9]);
const sum = (term: (index: 0 | 1 | 2) => number) => term(0) + term(1) + term(2);

describe.each(backends)("reductions over the vocabulary on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it.each([
    ["log π(y)", tokenLogProb("policy"), Math.log(p[0]!)],
    ["log π_ref(y)", tokenLogProb("reference"), Math.log(q[0]!)],
    ["KL(π_ref ‖ π)", forwardKl, sum((v) => q[v]! * Math.log(q[v]! / p[v]!))],
    ["KL(π ‖ π_ref)", reverseKl, sum((v) => p[v]! * Math.log(p[v]! / q[v]!))],
    ["the entropy of π", entropy, -sum((v) => p[v]! * Math.log(p[v]!))],
    ["log Σ π²", logSumSquares, Math.log(sum((v) => p[v]! ** 2))],
  ] as const)("%s is per position, in nats", (_, request, expected) => {
    const value = reduced(request);
    expect(value.shape).toEqual([2]);
    expect(value.dataSync()[0]).toBeCloseTo(expected, 5);
  });

  it("of two models read both, of one model that one", () => {
    expect(forwardKl.models).toEqual(["policy", "reference"]);
    expect(reverseKl.models).toEqual(["policy", "reference"]);
    expect(tokenLogProb("reference").models).toEqual(["reference"]);
    expect(entropy.models).toEqual(["policy"]);
  });

  it.each([tokenLogProb("policy"), forwardKl, reverseKl, entropy])(
    "$name has the gradient of finite differences",
    (request) => {
      expect(gradientError((logits) => tf.square(reduced(request, logits)), policy())).toBeLessThan(2e-3);
    },
  );

  it("stay finite where a probability underflows: the divergence of far distributions is large, not NaN", () => {
    const far = tf.tensor2d([900, 0, -900, 0.5, 0.2, 0], [2, 3]);
    for (const request of [forwardKl, reverseKl, entropy])
      expect(reduced(request, far).dataSync().every(Number.isFinite)).toBe(true);
    expect(reduced(forwardKl, far).dataSync()[0]).toBeGreaterThan(100);
  });
});
