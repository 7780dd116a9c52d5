/** How the addon is told which axes of an output each operand has. */
import { backend_util } from "@tensorflow/tfjs-core";

/** Four sizes, the last axis the fastest, and the axes of both operands as bits. */
export type Axes = readonly [number, number, number, number, number, number];

export interface Broadcast {
  readonly shape: readonly number[];
  readonly axes: Axes;
}

const lastAxis = 8;
const inA = 1;
const inB = 2;

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/**
 * Joins neighbouring axes that both operands have, or only the same one.
 *
 * @returns undefined if more than four remain
 * @throws if the shapes do not go together
 */
export function broadcast(a: readonly number[], b: readonly number[]): Broadcast | undefined {
  if (isSame(a, b)) {
    let size = 1;
    for (const length of a) size *= length;
    return { shape: a, axes: [1, 1, 1, size, lastAxis, lastAxis] };
  }
  const shape = backend_util.assertAndGetBroadcastShape([...a], [...b]);
  const sizes: [number, number, number, number] = [1, 1, 1, 1];
  let [axis, axesOfA, axesOfB, before] = [4, 0, 0, 0];
  for (let back = 1; back <= shape.length; back++) {
    const [length, ofA, ofB] = [shape.at(-back)!, a.at(-back) ?? 1, b.at(-back) ?? 1];
    if (length === 1) continue;
    const owners = (ofA === length ? inA : 0) | (ofB === length ? inB : 0);
    if (owners === before) {
      sizes[axis]! *= length;
      continue;
    }
    if (axis === 0) return undefined;
    axis--;
    sizes[axis] = length;
    if (owners & inA) axesOfA |= 1 << axis;
    if (owners & inB) axesOfB |= 1 << axis;
    before = owners;
  }
  if (before === 0) [axesOfA, axesOfB] = [lastAxis, lastAxis];
  return { shape, axes: [...sizes, axesOfA, axesOfB] };
}
