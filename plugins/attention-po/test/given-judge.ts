/** A judge whose attention and verdicts are given: what an annotator asks of its tools, answered from a table. */
import type { AnnotatedExample, AnnotationTools } from "@tokenwise/kit";

/** Of one presentation order. */
export interface GivenPass {
  readonly length: number;
  readonly spanA: readonly [number, number];
  readonly spanB: readonly [number, number];
  /** Of a layer, over the whole prompt. */
  readonly row: (layer: number | "rollout") => Float32Array;
  /** Log-odds of the first answer. */
  readonly odds?: number;
}

/** @param straight  the chosen answer first. */
export function givenJudge(straight: GivenPass, swapped: GivenPass): AnnotationTools {
  let asked = 0;
  return {
    digest: () => "judge",
    prepend: (_, __, prompt) => prompt,
    encode: (_, text) => Int32Array.of(text.codePointAt(0) ?? 0),
    withoutSpecial: (_, ids) => ids,
    chat() {
      const { spanA, spanB, length } = asked++ % 2 === 0 ? straight : swapped;
      return { ids: new Int32Array(length).fill(asked % 2), spans: [[0, 0], spanA, spanB] };
    },
    run({ prompt }, needs) {
      const pass = prompt[0] === 1 ? straight : swapped;
      const values = Object.entries(needs).map(([name, request]) => [
        name,
        request?.name === "attention"
          ? pass.row((request.options as unknown as { readonly layer: number | "rollout" }).layer)
          : Float32Array.of(pass.odds ?? 0),
      ]);
      return Promise.resolve(Object.fromEntries(values) as never);
    },
  };
}

/** Answers of these lengths, an end token after each. */
export const exampleOf = (...lengths: readonly number[]): AnnotatedExample => ({
  prompt: new Int32Array(1),
  responses: lengths.map((content) => ({ ids: new Int32Array(content + 1), content })),
});
