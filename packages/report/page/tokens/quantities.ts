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
    middle: 0,
    of: ({ divergenceWeight }) => divergenceWeight,
  },
];

/** Half the width of the colour scale: most values lie within it, an outlier does not wash out the others. */
export function reach(values: readonly number[], middle: number): number {
  const sizes = values.map((value) => Math.abs(value - middle)).sort((a, b) => a - b);
  return sizes[Math.floor(0.98 * (sizes.length - 1))] || sizes.at(-1) || 1;
}

/** −1 … 1 on the colour scale. */
export const heat = (value: number, middle: number, width: number): number =>
  Math.max(-1, Math.min(1, (value - middle) / width));
