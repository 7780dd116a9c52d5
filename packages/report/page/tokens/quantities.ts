import type { TokenValue } from "../../src/report.ts";

/** What a heat map shows of a token. */
export interface Quantity {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** Between the two colours. */
  readonly middle: number;
  readonly of: (token: TokenValue) => number | undefined;
}

export const quantities: readonly Quantity[] = [
  { id: "weight", name: "weight w", unit: "", middle: 1, of: ({ weight }) => weight },
  { id: "ratio", name: "log-ratio ρ = log π − log π_ref", unit: "nats", middle: 0, of: ({ ratio }) => ratio },
  {
    id: "weighted",
    name: "w ρ, what the token adds to the score",
    unit: "nats",
    middle: 0,
    of: ({ weight, ratio }) => (ratio === undefined ? undefined : weight * ratio),
  },
  {
    id: "divergence",
    name: "weight of the divergence v",
    unit: "",
    middle: 1,
    of: ({ divergenceWeight }) => divergenceWeight,
  },
];

/** How values become colours: −1 … 1, clamped. */
export interface Scale {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  readonly at: (value: number) => number;
}

/** Wide enough for most values, so that an outlier does not wash out the others. Factors are spread by their logarithms. */
export function scaleOf(values: readonly number[], middle: number): Scale {
  const isFactor = middle === 1 && values.every((value) => value >= 0);
  const distance = (value: number): number => (isFactor ? Math.log(value) : value - middle);
  // A weight of 0, such as an end token's, is beyond any factor.
  const sizes = values
    .map((value) => Math.abs(distance(value)))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const most = sizes[Math.floor(0.98 * (sizes.length - 1))] ?? 0;
  const width = Math.max(most > 0 ? most : (sizes.at(-1) ?? 0), 1e-9);
  return {
    low: isFactor ? Math.exp(-width) : middle - width,
    middle,
    high: isFactor ? Math.exp(width) : middle + width,
    at: (value) => Math.max(-1, Math.min(1, distance(value) / width)),
  };
}
