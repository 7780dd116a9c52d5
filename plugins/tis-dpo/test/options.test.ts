import { describe, expect, it } from "vitest";
import { importanceWeights, tisDpo } from "../src/index.ts";

describe("options", () => {
  it("by default are the paper's weights and the released configuration's loss: β 0.1, no divergence, no end tokens", () => {
    expect(tisDpo.options.parse({})).toMatchObject({
      transform: { kind: "exponential", scale: 1, mu: 1, low: -0.5, high: 1.5 },
      weighEnd: false,
      beta: 0.1,
      alpha: 0,
    });
  });

  it("of the transforms are the released defaults", () => {
    const parsed = (transform: unknown) => (importanceWeights.options.parse({ transform }) as { transform: unknown }).transform; // prettier-ignore
    expect(parsed({ kind: "rank-based" })).toEqual({ kind: "rank-based", min: 0.7, max: 1.3 });
    expect(parsed({ kind: "threshold" })).toEqual({ kind: "threshold", low: -1, high: 1 });
    expect(parsed({ kind: "random" })).toEqual({ kind: "random", min: 0.7, max: 1.3 });
    expect(parsed({ kind: "threshold-and-scale" })).toEqual({
      ...{ kind: "threshold-and-scale", low: -1.5, high: 1.5, min: 0.7, max: 1.3 },
    });
  });

  it.each([
    [{ transfrom: {} }, 'tis-dpo: unknown option "transfrom", did you mean "transform"?'],
    [{ transform: { kind: "exponential", min: 0.5 } }, '"min"'],
    [{ transform: { kind: "rank-based", mu: 2 } }, '"mu"'],
    [{ transform: { kind: "binary" } }, "percent"],
    [{ transform: { kind: "rank" } }, "transform.kind"],
    [{ transform: { kind: "threshold", low: 1, high: -1 } }, "low must be below high"],
    [{ transform: { kind: "threshold", low: 1, high: 1 } }, "low must be below high"],
    [{ transform: { kind: "random", min: 2, max: 1 } }, "min not above max"],
    [{ transform: { kind: "exponential", mu: -1 } }, "transform.mu"],
    [{ beta: 0 }, "beta"],
    [{ alpha: -1 }, "alpha"],
  ])("%j is refused", (options, message) => {
    const call = () => (tisDpo as (given: unknown) => unknown)(options);
    expect(call).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
    expect(call).toThrow(message);
  });

  it("the texts by default ask for opposite answers, each in a paragraph of its own", () => {
    const { positivePrompt, negativePrompt } = tisDpo.options.parse({});
    expect(positivePrompt).toMatch(/harmless.*\n\n$/);
    expect(negativePrompt).toMatch(/harmful.*\n\n$/);
  });

  it("the texts before the prompt are the annotator's, and tell its columns apart", () => {
    const [annotator] = importanceWeights({ positivePrompt: "good", negativePrompt: "bad" }).annotators!;
    expect(annotator).toMatchObject({
      columns: ["tis-dpo.log-ratio"],
      models: ["positive", "negative"],
      fingerprint: { positivePrompt: "good", negativePrompt: "bad" },
    });
    expect(importanceWeights({ weighEnd: true }).annotators![0]!.fingerprint).toEqual(
      importanceWeights().annotators![0]!.fingerprint,
    );
  });
});
