/** Colours of runs and methods are custom properties of the style sheet, for light and dark. */
const count = 8;

export const color = (index: number): string => `var(--series-${index % count})`;

/** Beyond the colours, dashes tell series apart. */
export const dashes = (index: number, dashed: boolean): string =>
  dashed ? (index < count ? "5 3" : "7 2 1 2") : index < count ? "none" : "9 2";
