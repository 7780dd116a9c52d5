/** Grouped-query attention over prefix trees: a row sees its tree's prefix and its own branch, causally; scores are scaled by 1/√headDim. */
import { addon } from "../addon.ts";
import { kernel, type Call } from "../kernel.ts";

interface AttentionAttributes {
  readonly heads: number;
  readonly keyValueHeads: number;
  /** For each tree: start and length of its prefix, the number of its branches, then start and length of each. */
  readonly trees: readonly number[];
}

/** The arguments of the addon behind the buffers. */
function problemOf({ inputs, attributes: { heads, keyValueHeads, trees } }: Call<AttentionAttributes>) {
  const [rows, width] = inputs.q!.shape as [number, number];
  const keyShape = [rows, (width / heads) * keyValueHeads];
  for (const name of ["k", "v"])
    if (inputs[name]!.shape.join() !== keyShape.join())
      throw new Error(`attention: ${name} is [${inputs[name]!.shape.join()}] instead of [${keyShape.join()}]`);
  return [Int32Array.from(trees), rows, heads, keyValueHeads, width / heads] as const;
}

export const fusedAttentionKernels = [
  /** q [N, heads·headDim], k, v [N, keyValueHeads·headDim] → [output like q, the same once more, log Σ e^score [N, heads]]. */
  kernel<AttentionAttributes>("FusedPrefixTreeAttention", (call) => {
    const { inputs, attributes, backend } = call;
    const [q, k, v] = [inputs.q!, inputs.k!, inputs.v!];
    const problem = problemOf(call);
    const output = backend.allocate(q.shape);
    const lse = backend.allocate([q.shape[0]!, attributes.heads]);
    const given = [backend.floatsOf(q), backend.floatsOf(k), backend.floatsOf(v)] as const;
    addon().attentionForward(...given, output.values, lse.values, ...problem);
    backend.incRef(output.info.dataId);
    return [output.info, { ...output.info }, lse.info];
  }),

  kernel<AttentionAttributes>("FusedPrefixTreeAttentionGrad", (call) => {
    const { inputs, backend } = call;
    const [q, k, v] = [inputs.q!, inputs.k!, inputs.v!];
    const problem = problemOf(call);
    const gradients = [q, k, v].map(({ shape }) => backend.allocate(shape));
    const [dq, dk, dv] = gradients.map(({ values }) => values);
    const given = [inputs.dy!, q, k, v, inputs.extra0!, inputs.extra1!].map((x) => backend.floatsOf(x));
    const [dy, ofQ, ofK, ofV, output, lse] = given;
    addon().attentionBackward(dy!, ofQ!, ofK!, ofV!, output!, lse!, dq!, dk!, dv!, ...problem);
    return gradients.map(({ info }) => info);
  }),
];
