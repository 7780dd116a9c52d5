/** Softmax and LogSoftmax of TensorFlow.js; FusedLogSoftmax, whose gradient needs nothing but the output. */
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import { kernel, type Call } from "../kernel.ts";

/** Rows along the last axis. */
function rowsOf({ shape }: TensorInfo): readonly [number, number] {
  const columns = shape.at(-1) ?? 1;
  return [shape.slice(0, -1).reduce((rows, length) => rows * length, 1), columns];
}

const along = (compute: "softmax" | "logSoftmax", { backend }: Call<object>, x: TensorInfo): TensorInfo => {
  const { info, values } = backend.allocate(x.shape);
  addon()[compute](backend.floatsOf(x), ...rowsOf(x), values);
  return info;
};

const alongLastAxis = (name: string, compute: "softmax" | "logSoftmax", axis: "dim" | "axis") =>
  kernel<Readonly<Record<string, number>>>(name, (call) => {
    const logits = call.inputs.logits!;
    const last = logits.shape.length - 1;
    const asked = call.attributes[axis] ?? last;
    if (asked !== -1 && asked !== last)
      throw new Error(`${name} along axis ${asked} of a tensor of rank ${last + 1}: only the last axis is supported`);
    return along(compute, call, logits);
  });

export const fusedLogSoftmaxKernels: readonly KernelConfig[] = [
  alongLastAxis("Softmax", "softmax", "dim"),
  alongLastAxis("LogSoftmax", "logSoftmax", "axis"),

  /** x → [log softmax x along the last axis, the same once more: for the gradient]. */
  kernel("FusedLogSoftmax", (call) => {
    const output = along("logSoftmax", call, call.inputs.x!);
    call.backend.incRef(output.dataId);
    return [output, { ...output }];
  }),

  kernel("FusedLogSoftmaxGrad", ({ inputs, backend }) => {
    const [dy, logProbs] = [inputs.dy!, inputs.extra0!];
    const { info, values } = backend.allocate(dy.shape);
    addon().logSoftmaxGradient(backend.floatsOf(dy), backend.floatsOf(logProbs), ...rowsOf(dy), values);
    return [info];
  }),
];
