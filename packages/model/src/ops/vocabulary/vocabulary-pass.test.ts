import { pick, tf, type VocabularyRows } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { onBackend } from "../../../test/support/on-backend.ts";
import { wave } from "../../../test/support/finite-differences.ts";
import { relativeDifference } from "../../../test/support/tiny-model.ts";
import { useBackend } from "../../backend.ts";
import { vocabularyPass, type VocabularyReduction } from "./vocabulary-pass.ts";

const [rows, width, vocabulary] = [7, 4, 40];
const hidden = () => wave([rows, width]) as tf.Tensor2D;
const unembedding = () => wave([vocabulary, width], 1) as tf.Tensor2D;
const ids = () => tf.tensor1d([0, 39, 5, 5, 17, 2, 8], "int32");
const logProb = (gradient: boolean): VocabularyReduction => ({
  gradient,
  reduce: (chunk) => pick(chunk.logProbs("policy"), chunk.ids),
});

describe.each(inject("backends"))("on %s", (backend) => {
  onBackend(backend);

  const run = (reductions: readonly VocabularyReduction[], chunkRows?: number) =>
    tf.tidy(() => {
      const models = { policy: { hidden: hidden(), unembedding: unembedding() } };
      const results = vocabularyPass({
        models,
        ids: ids(),
        reductions,
        ...(chunkRows === undefined ? {} : { chunkRows }),
      });
      return results.map((result) => result.dataSync<"float32">().slice());
    });

  it("log-probabilities are those of the softmax over all logits", () => {
    const logits = tf.matMul(hidden(), unembedding(), false, true).arraySync() as number[][];
    const expected = logits.map(
      (row, r) => row[ids().dataSync()[r]!]! - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)),
    );
    expect(relativeDifference(run([logProb(false)])[0]!, expected)).toBeLessThan(1e-6);
  });

  it.each([1, 2, 3, 7, 100])("chunks of %i rows give the same numbers", (chunkRows) => {
    expect(relativeDifference(run([logProb(true)], chunkRows)[0]!, run([logProb(true)])[0]!)).toBeLessThan(1e-6);
  });

  it("no reduction sees more rows than a chunk has, forward or backward", () => {
    const seen: number[] = [];
    const watching: VocabularyReduction = {
      gradient: true,
      reduce: (chunk) => {
        seen.push(chunk.logits("policy").shape[0]);
        return pick(chunk.logProbs("policy"), chunk.ids);
      },
    };
    tf.tidy(() =>
      tf.grads((h, w) => {
        const models = { policy: { hidden: h as tf.Tensor2D, unembedding: w as tf.Tensor2D } };
        return tf.sum(vocabularyPass({ models, ids: ids(), reductions: [watching], chunkRows: 3 })[0]!);
      })([hidden(), unembedding()]),
    );
    expect(seen).toEqual([3, 3, 1, 3, 3, 1]);
  });

  it("a reduction without a gradient is computed once, in the forward pass", () => {
    let forward = 0;
    const counting: VocabularyReduction = {
      gradient: false,
      reduce: (chunk) => {
        forward++;
        return tf.max(chunk.logits("policy"), -1);
      },
    };
    tf.tidy(() =>
      tf.grads((h) => {
        const models = { policy: { hidden: h as tf.Tensor2D, unembedding: unembedding() } };
        const [logProbs, most] = vocabularyPass({
          models,
          ids: ids(),
          reductions: [logProb(true), counting],
          chunkRows: 4,
        });
        return tf.sum(tf.add(logProbs!, most!));
      })([hidden()]),
    );
    expect(forward).toBe(2);
  });

  it("gradients flow to the trained model only, whatever it is called", () => {
    tf.tidy(() => {
      const reduce = (chunk: VocabularyRows) =>
        tf.sub(pick(chunk.logProbs("student"), chunk.ids), pick(chunk.logProbs("teacher"), chunk.ids));
      const [dStudent, dTeacher] = tf.grads((student, teacher) => {
        const models = { student: { hidden: student as tf.Tensor2D, unembedding: unembedding() }, teacher: { hidden: teacher as tf.Tensor2D, unembedding: unembedding() } }; // prettier-ignore
        const [difference] = vocabularyPass({
          models,
          ids: ids(),
          reductions: [{ gradient: true, reduce }],
          trained: "student",
        });
        return tf.add(tf.sum(difference!), tf.mul(0, tf.sum(teacher)));
      })([hidden(), hidden()]);
      expect(Math.max(...tf.abs(dStudent!).dataSync())).toBeGreaterThan(0.1);
      expect(Math.max(...tf.abs(dTeacher!).dataSync())).toBe(0);
    });
  });

  it("needs no trained model where nothing is differentiated", () => {
    const reduction: VocabularyReduction = {
      gradient: true,
      reduce: (chunk) => pick(chunk.logProbs("positive"), chunk.ids),
    };
    const values = tf.tidy(() => {
      const models = { positive: { hidden: hidden(), unembedding: unembedding() } };
      return vocabularyPass({ models, ids: ids(), reductions: [reduction] })[0]!
        .dataSync<"float32">()
        .slice();
    });
    expect(relativeDifference(values, run([logProb(false)])[0]!)).toBeLessThan(1e-6);
  });

  it("a reduction that declares a gradient but reads only constants has none", () => {
    tf.tidy(() => {
      const gradient = tf.grad((h) => {
        const models = { policy: { hidden: h as tf.Tensor2D, unembedding: unembedding() }, reference: { hidden: hidden(), unembedding: unembedding() } }; // prettier-ignore
        const reduce = (chunk: VocabularyRows) => pick(chunk.logProbs("reference"), chunk.ids);
        return tf.sum(vocabularyPass({ models, ids: ids(), reductions: [{ gradient: true, reduce }] })[0]!);
      })(hidden());
      expect(Math.max(...tf.abs(gradient).dataSync())).toBe(0);
    });
  });

  it("a tied unembedding collects the gradients of both of its uses", () => {
    tf.tidy(() => {
      const gradient = tf.grad((w) => {
        const models = {
          policy: { hidden: tf.slice2d(w as tf.Tensor2D, [0, 0], [rows, -1]), unembedding: w as tf.Tensor2D },
        };
        return tf.sum(vocabularyPass({ models, ids: ids(), reductions: [logProb(true)], chunkRows: 3 })[0]!);
      })(unembedding());
      const direct = tf.grads((w, h) => tf.sum(pick(tf.logSoftmax(tf.matMul(h, tf.transpose(w))), ids())))([
        unembedding(),
        tf.slice(unembedding(), [0, 0], [rows, -1]),
      ]);
      const expected = tf.add(direct[0]!, tf.pad(direct[1]!, [[0, vocabulary - rows], [0, 0]])); // prettier-ignore
      expect(relativeDifference(gradient.dataSync(), expected.dataSync())).toBeLessThan(1e-5);
    });
  });

  it("frees everything but its results, forward and backward", () => {
    const before = tf.memory().numTensors;
    const inputs = [hidden(), unembedding(), ids()] as const;
    const models = { policy: { hidden: inputs[0], unembedding: inputs[1] } };
    const results = vocabularyPass({
      models,
      ids: inputs[2],
      reductions: [logProb(true), logProb(false)],
      chunkRows: 2,
    });
    expect(tf.memory().numTensors).toBe(before + inputs.length + results.length);
    tf.dispose([...results]);
    const gradients = tf.grads((h, w) => {
      const tracked = { policy: { hidden: h as tf.Tensor2D, unembedding: w as tf.Tensor2D } };
      return tf.sum(
        vocabularyPass({
          models: tracked,
          ids: inputs[2],
          reductions: [logProb(true), logProb(false)],
          chunkRows: 2,
        })[0]!,
      );
    })([inputs[0], inputs[1]]);
    expect(tf.memory().numTensors).toBe(before + inputs.length + gradients.length);
    tf.dispose([...inputs, ...gradients]);
  });

  it("reading a model that is not there, and returning anything but a number a row, are refused", () => {
    expect(() => run([{ gradient: false, reduce: (chunk) => tf.max(chunk.logits("reference"), -1) }])).toThrow(
      expect.objectContaining({ code: "TW_E_UNKNOWN_MODEL" }),
    );
    expect(() => run([{ gradient: false, reduce: (chunk) => chunk.logits("policy") }])).toThrow(
      expect.objectContaining({ code: "TW_E_SHAPE" }),
    );
  });
});

it("on wasm log-probabilities over a large vocabulary lose no mass to single precision", async () => {
  await useBackend("wasm");
  tf.tidy(() => {
    const [size, states] = [49_152, tf.tensor2d([[1], [3]])];
    const weights = tf.tensor2d(
      Float32Array.from({ length: size }, (_, i) => 2 * Math.sin(i * 0.77) + (i === 11 ? 6 : 0)),
      [size, 1],
    );
    const [sums] = vocabularyPass({
      models: { policy: { hidden: states, unembedding: weights } },
      ids: tf.tensor1d([11, 400], "int32"),
      reductions: [logProb(false)],
    });
    const values = weights.dataSync<"float32">();
    const exact = [1, 3].map(
      (scale, r) =>
        values[[11, 400][r]!]! * scale - Math.log(values.reduce((sum, value) => sum + Math.exp(scale * value), 0)),
    );
    exact.forEach((value, r) =>
      expect(Math.abs(sums!.dataSync()[r]! - value)).toBeLessThan(2e-6 * Math.max(1, Math.abs(value))),
    );
  });
});
