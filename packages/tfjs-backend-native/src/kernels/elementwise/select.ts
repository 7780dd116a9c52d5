import { util } from "@tensorflow/tfjs-core";
import { addon } from "../../addon.ts";
import { partialKernel } from "../partial-kernel.ts";

export const select = partialKernel("Select", ({ inputs, backend }) => {
  const [condition, t, e] = [inputs.condition!, inputs.t!, inputs.e!];
  if (condition.dtype !== "bool" || t.dtype !== "float32" || e.dtype !== "float32") return undefined;
  if (!util.arraysEqual(condition.shape, t.shape) || !util.arraysEqual(t.shape, e.shape)) return undefined;
  const { info, values } = backend.allocate(t.shape);
  addon().select(backend.boolsOf(condition), backend.floatsOf(t), backend.floatsOf(e), values);
  return info;
});
