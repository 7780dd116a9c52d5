/** A judge whose attention is given: what AttentionPO's annotator asks of its tools, answered from its two passes. */
import type { AnnotationTools } from "@tokenwise/kit";

type Span = readonly [start: number, end: number];

/** Of one presentation order. */
export interface JudgePass {
  readonly length: number;
  readonly spanA: Span;
  readonly spanB: Span;
  /** Of a layer, over the whole prompt. */
  readonly row: (layer: number | "rollout") => ArrayLike<number>;
}

/** @param straight  the chosen answer first. */
export function judgeTools(straight: JudgePass, swapped: JudgePass): AnnotationTools {
  let asked = 0;
  const passes = [straight, swapped];
  return {
    digest: () => "judge",
    prepend: (_, __, prompt) => prompt,
    encode: (_, text) => Int32Array.of(text.codePointAt(0) ?? 0),
    withoutSpecial: (_, ids) => ids,
    chat() {
      const order = asked++ % 2;
      const { spanA, spanB, length } = passes[order]!;
      return { ids: new Int32Array(length).fill(order), spans: [[0, 0], spanA, spanB] };
    },
    run({ prompt }, needs) {
      const { row } = passes[prompt[0]!]!;
      const values = Object.entries(needs).map(([name, request]) => {
        const attended = request?.name === "attention";
        const { layer } = (request?.options ?? {}) as { readonly layer?: number | "rollout" };
        return [name, attended ? Float32Array.from(row(layer!)) : Float32Array.of(0)];
      });
      return Promise.resolve(Object.fromEntries(values) as never);
    },
  };
}
