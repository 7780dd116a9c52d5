/** 97.5 % points of Student's t by degrees of freedom, from 1. */
const points = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** More values than this have no interval here. */
export const mostValues = points.length + 1;

export interface Estimate {
  readonly mean: number;
  /** Half of the 95 % interval of the mean: t · s / √n. */
  readonly half: number;
}

/** Of 2 to 10 values. */
export function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, half: points[values.length - 2]! * Math.sqrt(variance / values.length) };
}
