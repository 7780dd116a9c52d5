import { short } from "../format.ts";
import type { Quantity, Scale } from "./quantities.ts";

interface LegendProps {
  readonly quantity: Quantity;
  readonly scale: Scale;
}

export function Legend({ quantity: { name, unit }, scale: { low, middle, high } }: LegendProps) {
  const colours = `Colours: ${name}, from ${short(low)} over ${short(middle)} to ${short(high)} ${unit}`;
  return (
    <div class="scale">
      <span>≤ {short(low)}</span>
      <span class="ramp" role="img" aria-label={colours} />
      <span>
        ≥ {short(high)} {unit}
      </span>
      <span class="quiet">
        Without colour: {short(middle)}. Dotted underline: not text of the response, such as an end token.
      </span>
    </div>
  );
}
