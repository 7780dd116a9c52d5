import { tf, type Tensors } from "@tokenwise/kit";
import { maskOf, sparseMasks, type maskNetwork } from "@tokenwise/plugin-sparse-po";
import { z } from "zod";
import { Unreadable } from "../read/case.ts";
import { arithmetic } from "../read/expression.ts";
import { rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const schema = z.object({
  network: z.object({
    hidden: z.int().positive(),
    layers: z.int().positive(),
    layerNormEps: z.number().default(1e-5),
    layerActivation: z.string().default("relu"),
    mixerActivation: z.string().default("relu"),
    parameters: z.object({ scale: z.number(), k: z.number(), p: z.number(), phase: z.number() }),
    order: z.array(z.tuple([z.string(), z.array(z.int()), z.array(z.number())]).rest(z.unknown())),
  }),
  states: z.object({ formula: z.string(), B: z.int(), T: z.int() }).catchall(z.number()),
  validLengths: z.array(z.int()).nullish(),
  authors_code: z.object({
    mask: rowsSchema,
    zeroFraction: z.number().optional(),
    parameterGradients: z
      .object({
        objective: z.string(),
        l2: z.record(z.string(), z.number()),
        first: z.record(z.string(), z.number()).default({}),
      })
      .optional(),
  }),
});
type Network = z.output<typeof schema>["network"];

const activations: Readonly<Record<string, "relu" | "rescale" | "none">> = {
  relu: "relu",
  resc: "rescale",
  none: "none",
};

const indices = (n: number): number[] => Array.from({ length: n }, (_, index) => index);

/** SparsePO's trainable masks from given hidden states, and the gradients of the network's parameters. */
export const maskNetworks: CaseKind = {
  name: "SparsePO mask network",
  recognizes: ({ fields }) => has(fields, "network", "states") && has(fields.authors_code, "mask"),
  run({ fields }, findings) {
    const { network, states, validLengths, authors_code: code } = schema.parse(fields);
    const { layers, hidden, layerActivation, mixerActivation, layerNormEps } = network;
    findings.input("network", "states", "validLengths");
    const [ofLayers, ofMask] = [activations[layerActivation], activations[mixerActivation]];
    if (!ofLayers || !ofMask || layerNormEps !== 1e-5) {
      findings.skip("", `no mask network with ${layerActivation}, then ${mixerActivation}, ε ${layerNormEps}`);
      return;
    }
    const options = { ...sparseMasks.options.parse({}), layerActivation: ofLayers, activation: ofMask };
    const valid = tf.tensor2d(
      indices(states.B).map((row) => indices(states.T).map((at) => Number(at < (validLengths?.[row] ?? states.T)))),
    );
    const masksOf = (tensors: Tensors<ReturnType<typeof maskNetwork>>) => maskOf(tensors, tensor, valid, options);
    network.order.forEach(([name, , first], at) =>
      findings.near(`network.order.${at}`, parameter(network, name).slice(0, first.length), first, {
        tolerance: findings.tolerances.formula,
      }),
    );
    const value = arithmetic(states.formula.split(", layer")[0]!);
    const scope = Object.fromEntries(Object.entries(states).filter(([key]) => key !== "formula"));
    const tensor = tf.tensor(
      indices(layers).map((layer) =>
        indices(states.B).map((row) =>
          indices(states.T).map((position) =>
            indices(hidden).map((unit) => value({ ...(scope as Record<string, number>), layer, row, position, unit })),
          ),
        ),
      ),
    );
    const start = tensorsOf(network);
    const mask = masksOf(start);
    const flat = [...mask.dataSync()];
    findings.near("authors_code.mask", mask.arraySync(), code.mask);
    findings.holds(
      "authors_code.mask",
      code.mask.flat().every((each, at) => (each === 0) === (flat[at] === 0)),
    );
    findings.near(
      "authors_code.zeroFraction",
      flat.filter((each) => each === 0).length / flat.length,
      code.zeroFraction,
    );
    const { parameterGradients: expected } = code;
    if (!expected) return;
    const weight = arithmetic(expected.objective.split("mask *")[1]!);
    const weights = tf.tensor2d(
      indices(states.B).map((row) => indices(states.T).map((position) => weight({ row, position }))),
    );
    const names = ["scale", "shift", "weight", "bias", "mix"] as const;
    const loss = (...given: tf.Tensor[]): tf.Tensor =>
      tf.sum(tf.mul(masksOf(Object.fromEntries(names.map((name, at) => [name, given[at]!])) as typeof start), weights));
    const gradients = tf.grads(loss)(names.map((name) => start[name]));
    const [scale, shift, perLayer, bias, mix] = gradients.map((gradient) => [...gradient.dataSync()]);
    const largest = Math.max(...gradients.flatMap((gradient) => [...gradient.dataSync()].map(Math.abs)));
    const ours: Readonly<Record<string, readonly number[]>> = {
      "layer_norm.weight": scale!,
      "layer_norm.bias": shift!,
      "mixer.weight": mix!,
      ...Object.fromEntries(
        indices(layers).flatMap((layer) => [
          [`w_per_layer.${layer}.w.weight`, perLayer!.slice(layer * hidden, (layer + 1) * hidden)],
          [`w_per_layer.${layer}.w.bias`, [bias![layer]!]],
        ]),
      ),
    };
    const tolerance = { tolerance: findings.tolerances.gradient, unit: largest };
    for (const [name, l2] of Object.entries(expected.l2))
      findings.near(`authors_code.parameterGradients.l2.${name}`, Math.hypot(...(ours[name] ?? [NaN])), l2, tolerance);
    for (const [name, first] of Object.entries(expected.first))
      findings.near(`authors_code.parameterGradients.first.${name}`, ours[name]?.[0] ?? NaN, first, tolerance);
  },
};

/** scale·sin(k i + p index + phase); 1 + 0.2 of that for the layer norm's weight. */
function parameter({ order, parameters: { scale, k, p, phase } }: Network, name: string): number[] {
  const index = order.findIndex(([each]) => each === name);
  const shape = order[index]?.[1];
  if (!shape) throw new Unreadable(`network.order: no "${name}"`);
  const values = indices(shape.reduce((product, side) => product * side, 1)).map(
    (i) => scale * Math.sin(k * i + p * index + phase),
  );
  return name === "layer_norm.weight" ? values.map((each) => 1 + 0.2 * each) : values;
}

function tensorsOf(network: Network) {
  const { layers, hidden } = network;
  const ofLayers = (what: string) =>
    indices(layers).map((layer) => parameter(network, `w_per_layer.${layer}.w.${what}`));
  return {
    scale: tf.tensor1d(parameter(network, "layer_norm.weight")),
    shift: tf.tensor1d(parameter(network, "layer_norm.bias")),
    weight: tf.tensor2d(ofLayers("weight"), [layers, hidden]),
    bias: tf.tensor1d(ofLayers("bias").flat()),
    mix: tf.tensor1d(parameter(network, "mixer.weight")),
  };
}
