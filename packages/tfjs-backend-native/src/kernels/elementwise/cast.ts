/** Between float32, int32 and bool. The CPU backend keeps the array where nothing is lost; here a tensor's array is always of its type. */
import type { DataType } from "@tensorflow/tfjs-core";
import { addon } from "../../addon.ts";
import { codesFrom, isNumeric, partialKernel, shared } from "../partial-kernel.ts";

const codeOf = codesFrom(() => addon().comparisonNames());

export const cast = partialKernel<{ readonly dtype: DataType }>(
  "Cast",
  ({ inputs, attributes: { dtype }, backend }) => {
    const x = inputs.x!;
    if (!isNumeric(x)) return undefined;
    if (dtype === x.dtype) return shared(backend, x, x.shape);
    if (dtype === "float32") {
      const { info, values } = backend.allocate(x.shape);
      addon().convert(x.dtype === "int32" ? backend.intsOf(x) : backend.boolsOf(x), values);
      return info;
    }
    if (dtype === "int32") {
      const { info, values } = backend.allocate(x.shape, "int32");
      if (x.dtype === "float32") addon().convert(backend.floatsOf(x), values);
      else values.set(backend.boolsOf(x));
      return info;
    }
    if (dtype === "bool") {
      const { info, values } = backend.allocate(x.shape, "bool");
      const [numbers, zero] =
        x.dtype === "int32" ? [backend.intsOf(x), new Int32Array(1)] : [backend.floatsOf(x), new Float32Array(1)];
      if (values.length > 0) addon().compare(codeOf("NotEqual"), numbers, zero, values, 1, 1, 1, values.length, 8, 0);
      return info;
    }
    return undefined;
  },
);
