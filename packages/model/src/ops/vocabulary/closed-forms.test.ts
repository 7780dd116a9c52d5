import { entropy, forwardKl, logSumSquares, pick, reverseKl, tf, tokenLogProb, type Request } from "@tokenwise/kit";
import type { Json, VocabularyDefinition } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { wave } from "../../../test/support/finite-differences.ts";
import { relativeDifference } from "../../../test/support/tiny-model.ts";
import { useBackend } from "../../backend.ts";
import { hasClosedForms } from "./closed-forms.ts";
import { vocabularyPass, type VocabularyReduction } from "./vocabulary-pass.ts";

function asReduction(request: Request): VocabularyReduction {
  if (request.kind !== "vocabulary") throw new Error(`${request.name} is no vocabulary reduction`);
  const define = request.define as unknown as VocabularyDefinition<Json>;
  return {
    gradient: define.gradient,
    reduce: (rows) => define.reduce(rows, request.options),
    closedForm: define.closedForm?.(request.options),
  };
}

const tilted = (gradient: boolean, tilt: number): VocabularyReduction => ({
  gradient,
  reduce(rows) {
    const policy = rows.logits("policy");
    return pick(tf.logSoftmax(tf.add(policy, tf.mul(tilt, tf.sub(policy, rows.logits("reference"))))), rows.ids);
  },
  closedForm: { form: "tilted-log-prob", of: "policy", against: "reference", tilt },
});

/** Of a plugin: no engine knows it. */
const largest = (gradient: boolean, role = "policy"): VocabularyReduction => ({
  gradient,
  reduce: (rows) => tf.logSumExp(tf.mul(3, rows.logProbs(role)), 1),
});

const [policy, reference] = [asReduction(tokenLogProb("policy")), asReduction(tokenLogProb("reference"))];
const [forward, reverse, spread] = [asReduction(forwardKl), asReduction(reverseKl), asReduction(entropy)];
const squares = asReduction(logSumSquares);

const passes: Readonly<Record<string, readonly VocabularyReduction[]>> = {
  "log π(y)": [policy],
  "log π(y) and log π_ref(y)": [policy, reference],
  "the reference alone": [reference],
  "KL(π_ref ‖ π)": [forward],
  "KL(π ‖ π_ref)": [reverse],
  "the entropy": [spread],
  "log Σ π² without a gradient": [squares, policy],
  "log Σ π² with one": [{ ...squares, gradient: true }],
  "tilted log-probabilities without a gradient": [policy, tilted(false, 0.1), tilted(false, -0.1)],
  "tilted log-probabilities with one": [tilted(true, 0.4), tilted(false, -0.1)],
  everything: [squares, policy, tilted(false, 0.1), forward, reference, reverse, tilted(true, -0.3), spread],
  "a function between closed forms": [policy, largest(true), forward],
  "a function without a gradient": [largest(false), policy, reverse],
  "functions of both models, and nothing closed that is trained": [
    reference,
    largest(true),
    largest(true, "reference"),
  ],
  "no closed form at all": [largest(true)],
};

const [rows, width, vocabulary] = [11, 5, 70];

interface Result {
  readonly values: readonly (readonly number[])[];
  readonly gradients: readonly (readonly number[])[];
}

/** Values, and gradients of a weighted sum by the policy's hidden states and unembedding. */
function run(reductions: readonly VocabularyReduction[], chunkRows?: number): Result {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => {
    const ids = tf.tensor1d(Int32Array.from({ length: rows }, (_, i) => (i * 13) % vocabulary));
    const frozen = { hidden: wave([rows, width], 3) as tf.Tensor2D, unembedding: wave([vocabulary, width], 4) as tf.Tensor2D }; // prettier-ignore
    let values: number[][] = [];
    const gradients = tf.grads((hidden, unembedding) => {
      const models = { reference: frozen, policy: { hidden: hidden as tf.Tensor2D, unembedding: unembedding as tf.Tensor2D } }; // prettier-ignore
      const size = chunkRows === undefined ? {} : { chunkRows };
      const results = vocabularyPass({ models, ids, reductions, ...size });
      values = results.map((result) => [...result.dataSync()]);
      const weight = (k: number) => wave([rows], k);
      // Those without a gradient would end the tape's path: they are constants.
      return tf.addN(results.map((result, k) => tf.sum(tf.mul(result, weight(k)))));
    })([wave([rows, width], 1), wave([vocabulary, width], 2)]);
    return { values, gradients: gradients.map((gradient) => [...gradient.dataSync()]) } as never;
  }) as Result;
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

const withoutClosedForms = (reductions: readonly VocabularyReduction[]) =>
  reductions.map(({ gradient, reduce }) => ({ gradient, reduce }));

function expectClose(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((numbers, i) => {
    if (numbers.every((x) => x === 0)) expect(actual[i]!.every((x) => x === 0)).toBe(true);
    else expect(relativeDifference(actual[i]!, numbers)).toBeLessThan(1e-5);
  });
}

describe.each(inject("backends"))("on %s reductions in closed form", (backend) => {
  it.each(Object.entries(passes))("are those of their functions, and so are their gradients: %s", async (_, pass) => {
    await useBackend("cpu");
    const expected = run(withoutClosedForms(pass));
    await useBackend(backend);
    for (const chunkRows of [undefined, 4, 1]) {
      const { values, gradients } = run(pass, chunkRows);
      expectClose(values, expected.values);
      expectClose(gradients, expected.gradients);
    }
  });
});

describe.each(inject("backends").filter((backend) => backend === "native"))("on %s", (backend) => {
  it("functions that have a closed form are not called, others once a chunk", async () => {
    await useBackend(backend);
    expect(hasClosedForms()).toBe(true);
    const calls = { closed: 0, open: 0 };
    const counted = ({ reduce, ...rest }: VocabularyReduction, which: keyof typeof calls): VocabularyReduction => ({
      ...rest,
      reduce(given) {
        calls[which]++;
        return reduce(given);
      },
    });
    run([counted(policy, "closed"), counted(forward, "closed"), counted(largest(true), "open")], 6);
    expect(calls).toEqual({ closed: 0, open: 4 });
  });

  it("logits that are kept for the backward pass are not computed again, and their memory becomes the gradient's", async () => {
    await useBackend(backend);
    const products = async (reductions: readonly VocabularyReduction[], chunkRows?: number) => {
      const { kernels } = await tf.profile(() => {
        run(reductions, chunkRows);
        return tf.scalar(0);
      });
      return kernels.filter(({ name }) => name === "FusedLinear").length;
    };
    expect(await products([policy])).toBe(1);
    expect(await products([policy, reference])).toBe(2);
    expect(await products([forward])).toBe(2);
    expect(await products([policy], 6)).toBe(4);
  });
});
