import { activations, tf, type ActivationType } from "@tokenwise/kit";
import { activationMasks, maPo } from "@tokenwise/plugin-sparse-po";
import { evaluate, pairOrder, type GoldenPairs } from "@tokenwise/testkit";
import { z } from "zod";
import { compareLosses, compareMetrics, expectedLosses } from "../check/losses.ts";
import { given, pairsOf } from "../given/pairs.ts";
import { rewardWeights } from "../given/weights.ts";
import { number, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const typeOf: Readonly<Record<string, ActivationType>> = {
  mlp: "mlp",
  attn: "attention",
  resid: "residual",
  logits: "logits",
};
const mappings: Readonly<Record<string, "rescale" | "sigmoid" | "none">> = {
  zn_rescale: "rescale",
  sigmoid: "sigmoid",
  none: "none",
};
const schema = z.object({
  options: z.object({
    beta: z.number(),
    types: z.array(z.string()).min(1),
    mapping: z.string().default("zn_rescale"),
  }),
  activations: z.object({
    layers: z.int().positive(),
    width: z.int().positive(),
    pathIndex: z.record(z.string(), z.int()),
    b: z.number(),
    t: z.number(),
    h: z.number(),
    off: z.number(),
  }),
  authors_code: expectedLosses
    .extend({ masks: rowsSchema.optional(), metrics: z.record(z.string(), number).optional() })
    .prefault({}),
});
type Activations = z.output<typeof schema>["activations"];

/** MaPO: masks from given activations of the reference, and the loss with them. */
export const activationLoss: CaseKind = {
  name: "MaPO",
  recognizes: ({ fields }) => has(fields, "activations") && has(fields.options, "types"),
  run(each, findings) {
    const { options, activations: formula, authors_code: code } = schema.parse(each.fields);
    const { beta, mapping } = options;
    findings.input("activations");
    const ours = mappings[mapping];
    if (!ours) {
      findings.skip("", `no masks by "${mapping}"`);
      return;
    }
    const types = options.types.map((type) => typeOf[type]);
    const unknown = options.types.find((type) => !(type in typeOf));
    if (unknown !== undefined || types.includes(undefined)) {
      findings.skip("", `no activations "${unknown}"`);
      return;
    }
    const input = pairsOf(each, findings);
    const table = given(input);
    const of = ours === "sigmoid" ? "sigmoid" : "values";
    const means = options.types.map(
      (type) => [typeOf[type]!, meansOf(type, formula, input, table.logits!.reference, of)] as const,
    );
    const known = types as ActivationType[];
    const withMeans = {
      ...table,
      values: [[activations("reference", { types: known, of }), Object.fromEntries(means)]] as const,
    };
    const weighter = activationMasks({ types: known, mapping: ours });
    const result = evaluate(maPo({ beta, types: known, mapping: ours }), [withMeans]);
    compareLosses(findings, "authors_code", result, code, { input, beta });
    const masks = rewardWeights(weighter, withMeans);
    const order = pairOrder(input.pairs);
    const rows = input.rows.map(({ response }, row) => masks[order.indexOf(row)]!.slice(0, response.length));
    findings.near("authors_code.masks", rows, code.masks);
    if (code.metrics) {
      for (const name of Object.keys(code.metrics).filter((key) => key.startsWith("rewards/")))
        findings.skip(`authors_code.metrics.${name}`, "the released metric has the divergence with the other sign");
      const logps = Object.entries(code.metrics).filter(([key]) => key.startsWith("logps/"));
      compareMetrics(findings, "authors_code.metrics", result, Object.fromEntries(logps), { table, input, beta });
    }
    findings.unlike("asReleased", "16-bit statistics of the released code");
  },
};

/** Means over the width of every captured tensor of a type, [K, B, T]; the activation at a position belongs to the token after it. */
function meansOf(
  type: string,
  { layers, width, pathIndex, b, t, h, off }: Activations,
  input: GoldenPairs,
  logits: tf.Tensor,
  of: "values" | "sigmoid",
): tf.Tensor {
  if (type === "logits") return tf.expandDims(tf.mean(of === "sigmoid" ? tf.sigmoid(logits) : logits, 2), 0);
  const tensors = Object.entries(pathIndex)
    .filter(([path]) => path.startsWith(`${type}.`))
    .flatMap(([path, index]) => {
      const whole = path.endsWith("post_emb") || path.endsWith("ln_f"); // of the model, not of a layer
      return Array.from({ length: whole ? 1 : layers }, (_, layer) => 0.37 * index + 1.9 * layer);
    });
  const mean = (s: number, row: number, position: number): number => {
    const units = Array.from({ length: width }, (_, unit) => {
      const value = Math.sin(b * row + t * position + h * unit + s) + off * Math.cos(1.7 * position + s);
      return of === "sigmoid" ? 1 / (1 + Math.exp(-value)) : value;
    });
    return units.reduce((sum, value) => sum + value, 0) / width;
  };
  const longest = Math.max(...input.rows.map(({ response }) => response.length));
  const ofTensor = (s: number) =>
    pairOrder(input.pairs).map((row) => {
      const first = input.rows[row]!.prompt.length - 1;
      return Array.from({ length: longest }, (_, token) => mean(s, row, first + token));
    });
  return tf.stack(tensors.map((s) => tf.tensor2d(ofTensor(s))));
}
