/** Weights as background colours, from purple over none at 1 to orange: distinct for every kind of colour vision. */
export type Rgb = readonly [red: number, green: number, blue: number];

export interface WeightColor {
  readonly background: Rgb;
  /** 0 at a weight of 1, where nothing is coloured, up to 1. */
  readonly strength: number;
}

const more: Rgb = [230, 97, 1];
const less: Rgb = [94, 60, 153];
const white: Rgb = [255, 255, 255];

/** Four times as much, or a quarter, has the full colour. */
const fullOctaves = 2;

/** A weight of 0 or below has the full colour of less. */
export function weightColor(weight: number): WeightColor {
  const octaves = weight > 0 ? Math.log2(weight) : -Infinity;
  const strength = Math.min(1, Math.abs(octaves) / fullOctaves);
  const full = octaves > 0 ? more : less;
  const mix = (channel: 0 | 1 | 2): number => Math.round(white[channel] + strength * (full[channel] - white[channel]));
  return { background: [mix(0), mix(1), mix(2)], strength };
}

/** Black or white, whichever can be read on it (by relative luminance, WCAG 2). */
export function readableOn([red, green, blue]: Rgb): Rgb {
  const linear = (value: number): number =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return luminance > 0.179 ? [0, 0, 0] : white;
}
