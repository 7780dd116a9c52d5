import { inputGradient, tf } from "@tokenwise/kit";
import { attributionWeights } from "@tokenwise/plugin-ti-dpo";
import { batchOf, tokenTable } from "@tokenwise/testkit";
import { z } from "zod";
import { sum } from "../given/pairs.ts";
import { rewardWeights } from "../given/weights.ts";
import { numbers } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

/** Weights of spans of tokens from their attributions, by our part: every span as both responses of a pair without a prompt. */
export function spanWeights(
  spans: readonly (readonly number[])[],
  options: { readonly lambda: number; readonly priorDivisor: number },
): number[][] {
  const twice = spans.flatMap((span) => [span, span]);
  const candidate = (span: readonly number[]) => ({ promptLength: 0, response: span.map(() => 3) });
  const batch = batchOf(spans.map((span) => [candidate(span), candidate(span)]));
  const response = tokenTable(twice, batch.responseMask.shape[1]!, 5.5);
  const sequenceTotal = tf.tensor2d(twice.map(sum), [spans.length, 2]);
  const value = [inputGradient({ norm: "l1" }), { response, sequenceTotal }] as const;
  const weights = rewardWeights(attributionWeights(options), { batch, values: [value] });
  return spans.map((span, at) => weights[2 * at]!.slice(0, span.length));
}

export const oneToken = "a span of one token weighs 0 in the released code, and 1 here";

/** The released code brings these into their ranges, ours refuses what is outside. */
export const isClamped = ({
  lambda_,
  sigmaDivisor,
}: {
  readonly lambda_: number;
  readonly sigmaDivisor: number;
}): boolean => lambda_ < 0 || lambda_ > 1 || sigmaDivisor < 1;
export const clamped = "λ outside of [0, 1] or a divisor below 1, which the released code clamps, is refused here";

const schema = z.object({
  authors_code: z.object({
    cases: z.array(
      z.object({
        importance: z.array(z.number()).min(1),
        lambda_: z.number(),
        sigmaDivisor: z.number(),
        weights: numbers,
      }),
    ),
  }),
});

/** TI-DPO's token weights from given attributions, no losses. */
export const attributionSpans: CaseKind = {
  name: "TI-DPO weights",
  recognizes: ({ fields }) => {
    const cases = has(fields.authors_code, "cases") ? (fields.authors_code as { cases: unknown }).cases : [];
    return Array.isArray(cases) && has(cases[0], "importance", "weights");
  },
  run({ fields }, findings) {
    schema.parse(fields).authors_code.cases.forEach(({ importance, lambda_, sigmaDivisor, weights }, index) => {
      const field = `authors_code.cases.${index}`;
      findings.input(`${field}.importance`, `${field}.lambda_`, `${field}.sigmaDivisor`);
      if (importance.length === 1) {
        findings.skip(field, oneToken);
        return;
      }
      if (isClamped({ lambda_, sigmaDivisor })) {
        findings.skip(field, clamped);
        return;
      }
      const [ours] = spanWeights([importance], { lambda: lambda_, priorDivisor: sigmaDivisor });
      findings.near(`${field}.weights`, ours!, weights);
    });
  },
};
