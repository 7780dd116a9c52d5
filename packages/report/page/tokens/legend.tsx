import { short } from "../format.ts";
import type { Quantity } from "./quantities.ts";

export function Legend({ quantity: { name, middle, unit }, width }: { readonly quantity: Quantity; readonly width: number }) {
  return (
    <div class="scale" role="img" aria-label={`Colours: ${name}, from ${short(middle - width)} over ${short(middle)} to ${short(middle + width)} ${unit}`}>
      <span>≤ {short(middle - width)}</span>
      <span class="ramp" />
      <span>
        ≥ {short(middle + width)} {unit}
      </span>
      <span class="quiet">
        uncoloured: {short(middle)}. Dotted underline: not text of the response, such as an end token.
      </span>
    </div>
  );
}
