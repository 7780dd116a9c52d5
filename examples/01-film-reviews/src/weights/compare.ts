import type { Interval } from "@tokenwise/sweep";
import { bootstrapMean } from "./bootstrap.ts";
import { areaUnderCurve, averagePrecision, rankCorrelation } from "./rank-metrics.ts";
import type { ByToken } from "./token-weights.ts";
import { sizes, type Truth } from "./truth.ts";

/** Means over responses, with intervals over prompts; undefined where no response has the figure. */
export interface Agreement {
  /** Rank correlation with |A|. */
  readonly rank: Interval | undefined;
  /** Rank correlation of what speaks for the label with A, its sign turned for rejected responses. */
  readonly signed: Interval | undefined;
  /** Area under the curve and average precision of finding the tokens that matter. */
  readonly area: Interval | undefined;
  readonly precision: Interval | undefined;
  /** The area by response. */
  readonly areas: readonly (number | undefined)[];
  /** Responses in which the weights rank anything: they are not all equal. */
  readonly ranked: number;
  /** Why there are no figures. */
  readonly why: string | undefined;
}

export interface Compared {
  readonly weights: ByToken;
  /** Default: the weights. */
  readonly signed?: ByToken;
}

/**
 * How well token weights agree with what tokens are worth. A response whose weights are all equal ranks nothing and is left out.
 *
 * @param truths Chosen and rejected response of each prompt in turn.
 * @throws RangeError if weights are of other tokens.
 */
export function compare(truths: readonly Truth[], { weights, signed = weights }: Compared, seed: number): Agreement {
  truths.forEach(({ advantages }, response) => {
    if (weights[response]?.length !== advantages.length || signed[response]?.length !== advantages.length)
      throw new RangeError(`response ${response + 1} has ${advantages.length} tokens, and other weights`);
  });
  const usable = weights.map((of) => of.some((weight) => weight !== of[0]));
  const each = (value: (truth: Truth, response: number) => number | undefined) =>
    truths.map((truth, response) => (usable[response] ? value(truth, response) : undefined));
  const over = (value: Parameters<typeof each>[0]) => meanOverPrompts(each(value), seed);
  const areas = each(({ matters }, response) => areaUnderCurve(weights[response]!, matters));
  return {
    rank: over(({ advantages }, response) => rankCorrelation(weights[response]!, sizes(advantages))),
    signed: over(({ advantages }, response) =>
      rankCorrelation(signed[response]!, response % 2 === 0 ? advantages : advantages.map((value) => -value)),
    ),
    area: meanOverPrompts(areas, seed),
    precision: over(({ matters }, response) => averagePrecision(weights[response]!, matters)),
    areas,
    ranked: usable.filter(Boolean).length,
    why: whyNot(weights, usable),
  };
}

/** How much larger the area is than another one's, response by response. */
export const areaBeyond = (one: Agreement, other: Agreement, seed: number): Interval | undefined =>
  meanOverPrompts(
    one.areas.map((area, response) => {
      const against = other.areas[response];
      return area === undefined || against === undefined ? undefined : area - against;
    }),
    seed,
  );

/** Of values by response; the two responses to a prompt are drawn together. */
function meanOverPrompts(values: readonly (number | undefined)[], seed: number): Interval | undefined {
  const prompts = values.flatMap((first, response) => (response % 2 === 0 ? [[first, values[response + 1]]] : []));
  return bootstrapMean(
    prompts.map((of) => of.filter((value) => value !== undefined)),
    seed,
  );
}

function whyNot(weights: ByToken, usable: readonly boolean[]): string | undefined {
  if (usable.some(Boolean)) return undefined;
  if (weights.every((of) => of.length < 2)) return "no response has two tokens";
  return weights.every((of) => of.every((weight) => weight === 0))
    ? "all weights are 0"
    : "the weights of a response are all equal";
}
