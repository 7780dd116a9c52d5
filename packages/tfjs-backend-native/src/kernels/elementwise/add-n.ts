import { util } from "@tensorflow/tfjs-core";
import { addon } from "../../addon.ts";
import { listOf, partialKernel } from "../partial-kernel.ts";

/** As many as one call of the addon takes. */
const mostTerms = 31;

export const addN = partialKernel("AddN", (call) => {
  const terms = listOf(call);
  const { shape } = terms[0]!;
  const isKnown = terms.every((term) => term.dtype === "float32" && util.arraysEqual(term.shape, shape));
  if (!isKnown || terms.length < 2 || terms.length > mostTerms) return undefined;
  const { info, values } = call.backend.allocate(shape);
  addon().addAll(values, ...terms.map((term) => call.backend.floatsOf(term)));
  return info;
});
