import { has, type CaseKind } from "./kind.ts";

/** Numbers of a real model on real rows: neither is in the file. */
export const realModel: CaseKind = {
  name: "real model",
  recognizes: ({ fields }) => has(fields, "rows", "steps", "batch_lines"),
  run: (_, findings) =>
    findings.skip(
      "",
      "needs the model and its pairs, which the file names and does not hold: examples/02-real-pairs trains beside such numbers",
    ),
};
