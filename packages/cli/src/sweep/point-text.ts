import type { GridPoint } from "./trials.ts";

/** `method.beta 0.1, learningRate 0.001` */
export const pointText = (point: GridPoint): string =>
  Object.entries(point)
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
