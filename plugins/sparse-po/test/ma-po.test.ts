import { activations, tf, type ActivationType } from "@tokenwise/kit";
import { train } from "@tokenwise/core";
import {
  batchOf,
  difference,
  evaluate,
  givenPairs,
  gradientDifference,
  pairOrder,
  tinyFolder,
  tinyPairs,
  tokenTable,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { activationMasks, maPo } from "../src/index.ts";
import file from "./goldens/authors.json" with { type: "json" };

interface Case {
  readonly name: string;
  readonly input: string;
  readonly options: { readonly beta: number; readonly types: readonly string[]; readonly mapping: string };
  readonly activations: {
    readonly layers: number;
    readonly width: number;
    readonly pathIndex: Readonly<Record<string, number>>;
  } & Readonly<Record<"b" | "t" | "h" | "off", number>>;
  readonly authors_code: {
    readonly loss: number;
    readonly masks: readonly (readonly number[])[];
    readonly gradient: GoldenGradient;
  };
}
const cases = file.cases.filter((each) => "activations" in each) as unknown as readonly Case[];
const inputs: Readonly<Record<string, GoldenPairs>> = file.inputs;
const typeOf: Readonly<Record<string, ActivationType>> = {
  mlp: "mlp",
  attn: "attention",
  resid: "residual",
  logits: "logits",
};
const optionsOf = ({ options: { beta, types, mapping } }: Case) => ({
  beta,
  types: types.map((type) => typeOf[type]!),
  mapping: mapping === "sigmoid" ? ("sigmoid" as const) : ("rescale" as const),
});

/** Means over the width of every captured tensor of a type, [K, B, T]; the golden formula, at the positions before the tokens. */
function meansOf(type: string, { activations: formula, options }: Case, given: GoldenPairs, logits: tf.Tensor) {
  if (type === "logits") return tf.expandDims(tf.mean(logits, 2), 0);
  const { layers, width, pathIndex, b, t, h, off } = formula;
  const tensors = Object.entries(pathIndex)
    .filter(([path]) => path.startsWith(`${type}.`))
    .flatMap(([path, index]) => {
      const whole = path.endsWith("post_emb") || path.endsWith("ln_f"); // of the model, not of a layer
      return Array.from({ length: whole ? 1 : layers }, (_, layer) => 0.37 * index + 1.9 * layer);
    });
  const mean = (s: number, row: number, position: number): number => {
    const units = Array.from({ length: width }, (_, unit) => {
      const value = Math.sin(b * row + t * position + h * unit + s) + off * Math.cos(1.7 * position + s);
      return options.mapping === "sigmoid" ? 1 / (1 + Math.exp(-value)) : value;
    });
    return units.reduce((sum, value) => sum + value, 0) / width;
  };
  const longest = Math.max(...given.rows.map(({ response }) => response.length));
  const rows = (s: number) =>
    pairOrder(given.pairs).map((row) => {
      const first = given.rows[row]!.prompt.length - 1;
      return Array.from({ length: longest }, (_, token) => mean(s, row, first + token));
    });
  return tf.stack(tensors.map((s) => tf.tensor2d(rows(s))));
}

describe.each(inject("backends"))("MaPO on given activations on %s", (backend) => {
  const tolerance = backend === "cpu" ? 1e-5 : 1e-4;
  beforeAll(() => useBackend(backend));
  afterAll(() => useBackend("cpu"));

  it.each(cases)("$name: masks, loss and gradients are the authors'", (each) => {
    const given = inputs[each.input]!;
    const { authors_code } = each;
    const options = optionsOf(each);
    const table = givenPairs(given);
    const means = Object.fromEntries(
      each.options.types.map((type) => [typeOf[type]!, meansOf(type, each, given, table.logits!.reference)]),
    );
    const of = options.mapping === "sigmoid" ? "sigmoid" : "values";
    const values = [[activations("reference", { types: options.types, of }), means]] as const;
    const result = evaluate(maPo(options), [{ ...table, values }]);
    const masks = pairOrder(given.pairs).map((row) => authors_code.masks[row]!);
    expect(difference(result.weights.reward.flat(), masks.flat())).toBeLessThan(tolerance);
    expect(result.weights.divergence).toEqual(result.weights.reward);
    expect(difference([result.loss], [authors_code.loss])).toBeLessThan(tolerance);
    expect(gradientDifference(result.gradients.policy[0]!, authors_code.gradient, given)).toBeLessThan(1e-4);
  });
});

describe("masks from activations", () => {
  beforeAll(() => useBackend("cpu"));
  const batch = batchOf([
    [
      { promptLength: 1, response: [5, 6, 7] },
      { promptLength: 1, response: [8] },
    ],
  ]);
  const weigh = (rows: readonly (readonly (readonly number[])[])[], mapping?: "none" | "rescale") => {
    const means = tf.stack(rows.map((of) => tokenTable(of, 3, 9)));
    const part = activationMasks({ types: ["mlp"], ...(mapping && { mapping }) });
    const { reward } = part.weigh({ batch, read: { means: { mlp: means } } } as never);
    return (reward!.arraySync() as number[][]).map((row, at) => row.slice(0, at === 0 ? 3 : 1));
  };
  const one = [[0.3, 0.4, -0.1], [7]];

  it("the worked example of the specification: (0.8, 1, 0), with a second tensor (0.4, 1, 0.125)", () => {
    expect(difference(weigh([one])[0]!, [0.8, 1, 0])).toBeLessThan(1e-6);
    expect(difference(weigh([one, [[0, 4, 1], [2]]])[0]!, [0.4, 1, 0.125])).toBeLessThan(1e-6);
  });

  it("do not see c a + b for c > 0, and are turned for c < 0", () => {
    const moved = (c: number) => weigh([one.map((row) => row.map((value) => c * value + 2))])[0]!;
    expect(difference(moved(5), [0.8, 1, 0])).toBeLessThan(1e-5);
    expect(difference(moved(-5), [0.2, 0, 1])).toBeLessThan(1e-5);
  });

  it("a response of one token and one of equal activations count in full", () => {
    expect(weigh([one])[1]).toEqual([1]);
    expect(weigh([[[0.2, 0.2, 0.2], [1]]])[0]).toEqual([1, 1, 1]);
  });

  it("are means as they are, if they are not mapped", () => {
    expect(difference(weigh([one, [[0, 4, 1], [2]]], "none").flat(), [0.15, 2.2, 0.45, 4.5])).toBeLessThan(1e-6);
  });

  it("of several types count each type once, however many tensors it has", () => {
    const types = ["mlp", "residual"] as const;
    const table = (rows: typeof one) => tokenTable(rows, 3, 9);
    const means = {
      mlp: tf.stack([table(one)]),
      residual: tf.stack([table([[0, 4, 1], [2]]), table([[0, 4, 1], [2]]), table([[4, 0, 3], [2]])]), // prettier-ignore
    };
    const { reward } = activationMasks({ types: [...types] }).weigh({ batch, read: { means } } as never);
    const expected = [0.8, 1, 0].map((value, at) => (value + [1 / 3, 2 / 3, 5 / 12][at]!) / 2);
    expect(difference([...reward!.dataSync()].slice(0, 3), expected)).toBeLessThan(1e-6);
  });
});

it("trains on a folder by activations of all types, with masks between 0 and 1 that are shown", async () => {
  await useBackend("cpu");
  const folder = await tinyFolder();
  const shown: number[] = [];
  const run = await train({
    model: folder.model,
    data: tinyPairs(4),
    method: maPo({ beta: 0.5 }),
    steps: 2,
    batchSize: 4,
    learningRate: 0.01,
    inspectGroups: 2,
    recompute: true,
    backend: "cpu",
    onEvent: (event) => {
      if (event.type !== "tokens") return;
      for (const { candidates } of event.groups)
        for (const candidate of candidates) shown.push(...candidate!.tokens.map(({ weight }) => weight));
    },
  });
  expect(run.history.every(({ metrics }) => Number.isFinite(metrics.loss))).toBe(true);
  expect(run.history[0]!.metrics.loss).toBeCloseTo(Math.LN2, 6); // the policy is the reference
  expect(shown.length).toBeGreaterThan(4);
  shown.forEach((weight) => expect(weight >= 0 && weight <= 1).toBe(true));
  expect(new Set(shown).size).toBeGreaterThan(3);
  run.model.dispose();
  await folder.remove();
});

methodContract(maPo, { options: [{ beta: 0.8, types: ["residual"] }] });
methodContract(activationMasks);
