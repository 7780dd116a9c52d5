import fc from "fast-check";
import { expect, it } from "vitest";
import { readableOn, weightColor, type Rgb } from "./weight-color.ts";

const luminance = (color: Rgb): number => {
  const [red, green, blue] = color.map((value) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  ) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

it("text on the colour of any weight has a contrast of 4.5 or more", () => {
  fc.assert(
    fc.property(fc.double({ min: -3, max: 50, noNaN: true }), (weight) => {
      const { background } = weightColor(weight);
      const [one, other] = [luminance(background), luminance(readableOn(background))];
      expect((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

it("a weight of 1 has no colour, and the colour grows with the distance from it until a factor of four", () => {
  expect(weightColor(1).strength).toBe(0);
  expect([2, 4, 8].map((weight) => weightColor(weight).strength)).toEqual([0.5, 1, 1]);
  expect([0.5, 0.25, 0, -1].map((weight) => weightColor(weight).strength)).toEqual([0.5, 1, 1, 1]);
  expect(weightColor(4).background).not.toEqual(weightColor(0.25).background);
});
