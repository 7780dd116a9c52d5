import {
  column,
  constantBeta,
  forwardKl,
  inputGradient,
  logRatio,
  tf,
  weighter,
  type Method,
  type PerToken,
  type Request,
} from "@tokenwise/kit";
import { tiDpo, triplet, type Options as OurOptions } from "@tokenwise/plugin-ti-dpo";
import {
  batchOf,
  evaluate,
  goldenColumn,
  logitsOf,
  pairOrder,
  reader,
  tokenTable,
  type Formula,
  type Given,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { z } from "zod";
import { compareLosses, expectedLosses, type ExpectedLosses } from "../check/losses.ts";
import { given, pairsOf, responsePart, sum, tokenRows } from "../given/pairs.ts";
import { ids, number, numbers, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";
import { clamped, isClamped, oneToken, spanWeights } from "./ti-weights.ts";

type Rows = readonly (readonly number[])[];

const schema = z.object({
  options: z.object({
    beta: z.number(),
    lambda_: z.number(),
    sigmaDivisor: z.number(),
    alpha: z.number().default(0.5),
    variant: z.enum(["tdpo1", "tdpo2"]),
    gamma: z.number().default(0),
    margin: z.number().default(0),
    klCoefficient: z.number().default(0),
    weightSpan: z.enum(["prompt+response", "response"]).default("prompt+response"),
  }),
  attribution: z.object({ perToken: rowsSchema }),
  anchors: z.object({ ids: z.array(ids) }).optional(),
  authors_code: expectedLosses
    .extend({
      weights: rowsSchema.optional(),
      weightedLogRatioSum: numbers.optional(),
      klSum: numbers.optional(),
      baseLosses: numbers.optional(),
      tripletLoss: number.optional(),
      anchorLogRatio: rowsSchema.optional(),
      anchorGradient: z.object({ l2: number.optional(), sumAbs: number.optional() }).optional(),
    })
    .prefault({}),
  derived: z.object({ distancePreferred: numbers.optional(), distanceRejected: numbers.optional() }).default({}),
  paper: expectedLosses
    .extend({ baseLosses: numbers.optional(), responseSpanWeights: rowsSchema.optional() })
    .default({}),
});
type Options = z.output<typeof schema>["options"];

/** TI-DPO with given attributions and anchors: weights, weighted TDPO loss, triplet loss, gradients. */
export const tiLoss: CaseKind = {
  name: "TI-DPO",
  recognizes: ({ fields }) => has(fields, "attribution") && has(fields.options, "variant"),
  run(each, findings) {
    const { options, attribution, anchors, authors_code: code, derived, paper } = schema.parse(each.fields);
    const { beta, lambda_: lambda, sigmaDivisor: priorDivisor, weightSpan, gamma, margin } = options;
    const input = pairsOf(each, findings);
    findings.input("attribution", "anchors");
    if (isClamped(options)) {
      findings.skip("", clamped);
      return;
    }
    const shares = { lambda, priorDivisor };
    const wholeSpan = weightSpan === "prompt+response";
    const inResponse = responsePart(attribution.perToken, input);
    const compareWeights = (field: string, spans: Rows, expected: Rows | undefined) => {
      if (!expected) return;
      const longer = spans.map((span) => span.length > 1);
      if (longer.includes(false)) findings.skip(`${field}.one-token`, oneToken);
      const only = (values: Rows) => values.filter((_, row) => longer[row]).map((row) => [...row]);
      findings.near(field, only(spanWeights(spans, shares)), only(expected));
    };
    if (wholeSpan) compareWeights("authors_code.weights", attribution.perToken, code.weights);
    else compareWeights("authors_code.weights", inResponse, code.weights && responsePart(code.weights, input));
    compareWeights("paper.responseSpanWeights", inResponse, paper.responseSpanWeights);

    const ours = () =>
      wholeSpan ? responsePart(spanWeights(attribution.perToken, shares), input) : spanWeights(inResponse, shares);
    const weights = code.weights ? responsePart(code.weights, input) : ours();
    const values: Given["values"] = [
      goldenColumn(column("weights"), weights, input),
      attributions(attribution.perToken, input),
    ];
    const sampled = anchors && anchorTable(anchors.ids, input);
    const table: Given = { ...given(input, values), ...(sampled && { samples: { anchor: sampled } }) };
    const base = evaluate(weighed(ourBase(options)), [table]);
    findings.near("authors_code.baseLosses", [...base.losses], code.baseLosses);
    compareLosses(findings, "authors_code", base, rewardsOf(code), { input, beta });
    const sums = sumsOf(table, weights, input);
    findings.near("authors_code.weightedLogRatioSum", sums.ratio, code.weightedLogRatioSum, { unit: 1 });
    findings.near("authors_code.klSum", sums.kl, code.klSum, { unit: 1 });

    const asPaper = evaluate(weighed({ beta, base: "plain" }), [table]);
    findings.near("paper.baseLosses", [...asPaper.losses], paper.baseLosses);
    compareLosses(findings, "paper", asPaper, rewardsOf(paper), { input, beta });
    if (!sampled) return;
    if (margin <= 0) {
      findings.skip("", "a triplet loss without a margin, which the released code leaves out, is refused here");
      return;
    }

    const alone: Method = { beta: constantBeta(), objectives: [], auxiliaries: [triplet({ gamma: 1, margin })] };
    const far = evaluate(alone, [table]).loss;
    findings.near("authors_code.tripletLoss", far, code.tripletLoss);
    // The released code adds the mean over the batch, and half the divergence of its own pair, to every pair's loss.
    const own = (pair: number) => (options.klCoefficient * (sums.kl[pair]! + sums.kl[pair + input.pairs]!)) / 2;
    findings.near(
      "authors_code.losses",
      base.losses.map((loss, pair) => loss + gamma * far + own(pair)),
      code.losses,
    );
    findings.near(
      "paper.losses",
      asPaper.losses.map((loss) => loss + gamma * far),
      paper.losses,
    );
    const whole = {
      ...ourBase(options),
      ...{ ...shares, span: weightSpan, gamma, margin, klCoefficient: options.klCoefficient },
    };
    // A response of one token has another weight than in the released code.
    const method = !wholeSpan && inResponse.some(({ length }) => length === 1) ? weighed(whole) : tiDpo(whole);
    const { loss, gradient } = code;
    compareLosses(findings, "authors_code", evaluate(method, [table]), { loss, gradient }, { input, beta });
    const { ratios, apart } = distances(table, sampled, input);
    findings.near("authors_code.anchorLogRatio", ratios, code.anchorLogRatio, { unit: 1 });
    findings.near("derived.distancePreferred", apart[0]!, derived.distancePreferred, { unit: 1 });
    findings.near("derived.distanceRejected", apart[1]!, derived.distanceRejected, { unit: 1 });
    const { anchorGradient } = code;
    const { l2, sumAbs } = gradientOfAnchors(table, sampled, { gamma, margin });
    const tolerance = findings.tolerances.gradient;
    findings.near("authors_code.anchorGradient.l2", l2, anchorGradient?.l2, { tolerance });
    findings.near("authors_code.anchorGradient.sumAbs", sumAbs, anchorGradient?.sumAbs, { tolerance });
    findings.input("authors_code.weightsReleasedPrecisionMaxDifference");
  },
};

/** Of the weighted loss alone; losses and gradients have the triplet in them. */
const rewardsOf = ({ rewardsChosen, rewardsRejected, rewardAccuracy }: ExpectedLosses): ExpectedLosses => ({
  rewardsChosen,
  rewardsRejected,
  rewardAccuracy,
});

const ourBase = ({ beta, alpha, variant }: Options): OurOptions => ({
  beta,
  base: variant,
  ...(variant === "tdpo2" && { alpha }),
  gamma: 0,
});

/** With the weights of the case. */
const weighed = (options: OurOptions): Method => ({
  ...tiDpo({ gamma: 0, ...options }),
  weighter: weighter({ name: "w", needs: { w: column("weights") }, weigh: ({ read }) => ({ reward: read.w }) }),
});

function attributions(perToken: Rows, input: GoldenPairs): NonNullable<Given["values"]>[number] {
  const order = pairOrder(input.pairs);
  const width = Math.max(...input.rows.map(({ response }) => response.length));
  const inResponse = responsePart(perToken, input);
  const response = tokenTable(
    order.map((row) => inResponse[row]!),
    width,
    5.5,
  );
  return [
    inputGradient({ norm: "l1" }),
    {
      response,
      sequenceTotal: tf.tensor2d(
        order.map((row) => sum(perToken[row]!)),
        [input.pairs, 2],
      ),
    },
  ];
}

/** Anchor token j of pair p is predicted at position (longest prompt) − 1 + j of formula row 2N + p. */
function anchorTable(anchors: readonly (readonly number[])[], input: GoldenPairs): Given {
  const promptLength = Math.max(...input.rows.map(({ prompt }) => prompt.length));
  const rows = anchors.map((response, pair) => ({ response, row: 2 * input.pairs + pair, promptLength }));
  const batch = batchOf(rows.map((row) => [row]));
  const logits = (formula: Formula) => logitsOf(formula, rows, batch.responseMask.shape[1]!, input.vocab);
  return { batch, logits: { policy: logits(input.policyLogits), reference: logits(input.referenceLogits) } };
}

/** Norms of the gradient of the triplet loss by the policy's logits at the anchors. */
function gradientOfAnchors(
  table: Given,
  sampled: Given,
  options: { readonly gamma: number; readonly margin: number },
): { readonly l2: number; readonly sumAbs: number } {
  const part = triplet(options);
  const ratio = reader(table)(logRatio);
  const gradient = tf.grad((policy) => {
    const replaced = { ...sampled, logits: { ...sampled.logits!, policy } };
    const anchor = { batch: sampled.batch, read: { ratio: reader(replaced)(logRatio) } };
    const sum = part.sum({ batch: table.batch, read: { ratio }, sample: { anchor } } as never, undefined as never);
    return tf.mul(part.weight / table.batch.prompts, sum);
  })(sampled.logits!.policy);
  return { l2: tf.norm(gradient).dataSync()[0]!, sumAbs: tf.sum(tf.abs(gradient)).dataSync()[0]! };
}

function sumsOf(table: Given, weights: Rows, input: GoldenPairs) {
  const tokens = (request: Request<PerToken>) => tokenRows(reader(table)(request) as tf.Tensor, input);
  return {
    ratio: tokens(logRatio).map((row, at) => sum(row.map((value, token) => value * weights[at]![token]!))),
    kl: tokens(forwardKl).map(sum),
  };
}

/** Log-ratios of the anchors, and the squared distance of each pair's responses from its anchor. */
function distances(table: Given, sampled: Given, input: GoldenPairs) {
  const mask = sampled.batch.responseMask.arraySync() as number[][];
  const anchors = reader(sampled)(logRatio) as tf.Tensor;
  const ratios = (anchors.arraySync() as number[][]).map((row, at) => row.slice(0, sum(mask[at]!)));
  const own = tokenRows(reader(table)(logRatio) as tf.Tensor, input);
  const apart = [0, input.pairs].map((offset) =>
    ratios.map((anchor, pair) => {
      const response = own[offset + pair]!;
      return sum(anchor.slice(0, response.length).map((value, token) => (value - response[token]!) ** 2));
    }),
  );
  return { ratios, apart };
}
