import type { KernelConfig } from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import { kernel } from "../kernel.ts";

/** FusedSwiGLU: gate, up [N,F] → gate·σ(gate)·up [N,F]. */
const forward = kernel("FusedSwiGLU", ({ inputs: { gate, up }, backend }) => {
  const out = backend.allocate(gate!.shape);
  addon().swiGlu(backend.floatsOf(gate!), backend.floatsOf(up!), out.values);
  return [out.info];
});

/** FusedSwiGLUGrad: dy, gate, up [N,F] → the gradients of gate and up. */
const gradient = kernel("FusedSwiGLUGrad", ({ inputs: { dy, gate, up }, backend }) => {
  const [dgate, dup] = [backend.allocate(gate!.shape), backend.allocate(gate!.shape)];
  const [slopes, gates, ups] = [backend.floatsOf(dy!), backend.floatsOf(gate!), backend.floatsOf(up!)];
  addon().swiGluGradient(slopes, gates, ups, dgate.values, dup.values);
  return [dgate.info, dup.info];
});

export const fusedSwiGluKernels: readonly KernelConfig[] = [forward, gradient];
