/** Reductions of one row over the vocabulary and their gradients, in double precision and plainly: what the kernels are compared with. */
import type { FusedReduction } from "../src/kernels/fused-vocabulary.ts";

export interface ExactRow {
  /** Of each model. */
  readonly logits: readonly Float64Array[];
  /** The token that follows. */
  readonly id: number;
}

export interface ExactResult {
  readonly value: number;
  /** By the logits of each model. */
  readonly gradients: readonly Float64Array[];
}

function logSoftmax(x: Float64Array): Float64Array {
  const most = x.reduce((a, b) => Math.max(a, b), -Infinity);
  const logSum = Math.log(x.reduce((sum, value) => sum + Math.exp(value - most), 0));
  return x.map((value) => value - most - logSum);
}

/** weight·x, 0 where the weight is. */
const weighed = (weight: number, x: number): number => (weight === 0 ? 0 : weight * x);

const sum = (x: Float64Array): number => x.reduce((total, value) => total + value, 0);

export function exactReduction({ logits, id }: ExactRow, reduction: FusedReduction): ExactResult {
  const { form, of, against = of, tilt = 0 } = reduction;
  const [f, g] = [logits[of]!, logits[against]!];
  const [logP, logQ] = [logSoftmax(f), logSoftmax(g)];
  const [p, q] = [logP.map(Math.exp), logQ.map(Math.exp)];
  const gradients = logits.map((x) => new Float64Array(x.length));
  const add = (model: number, gradient: (v: number) => number) =>
    gradients[model]!.forEach((_, v, all) => (all[v]! += gradient(v)));
  const taken = (v: number) => (v === id ? 1 : 0);
  switch (form) {
    case "log-prob":
      add(of, (v) => taken(v) - p[v]!);
      return { value: logP[id]!, gradients };
    case "entropy": {
      const value = -sum(p.map((x, v) => weighed(x, logP[v]!)));
      add(of, (v) => -weighed(p[v]!, logP[v]! + value));
      return { value, gradients };
    }
    case "log-sum-squares": {
      const squares = sum(p.map((x) => x * x));
      add(of, (v) => 2 * (p[v]! ** 2 / squares - p[v]!));
      return { value: Math.log(squares), gradients };
    }
    case "divergence": {
      const value = sum(p.map((x, v) => weighed(x, logP[v]! - logQ[v]!)));
      add(of, (v) => weighed(p[v]!, logP[v]! - logQ[v]! - value));
      add(against, (v) => q[v]! - p[v]!);
      return { value, gradients };
    }
    case "tilted-log-prob": {
      const logT = logSoftmax(f.map((x, v) => (x === g[v] ? x : x + tilt * (x - g[v]!))));
      add(of, (v) => (1 + tilt) * (taken(v) - Math.exp(logT[v]!)));
      add(against, (v) => -tilt * (taken(v) - Math.exp(logT[v]!)));
      return { value: logT[id]!, gradients };
    }
  }
}
