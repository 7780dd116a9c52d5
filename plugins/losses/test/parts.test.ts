/** What every part says of itself: the name that metrics and messages have, and what it asks of data and targets. */
import { planMethod, type DatasetFeatures } from "@tokenwise/core";
import {
  compose,
  constantBeta,
  dpo,
  implicitReward,
  listwise,
  targetPolicy,
  tf,
  type Coupled,
  type Method,
  type Part,
} from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import plugin, {
  aotLoss,
  apoLoss,
  batchBeta,
  bcoLoss,
  cpo,
  discopopLoss,
  exoLoss,
  fDivergence,
  gapFilter,
  hinge,
  hingeLoss,
  ipo,
  ipoLoss,
  lengthDesensitized,
  logOdds,
  ncaLoss,
  odpoLoss,
  orpo,
  robustLoss,
  sigmoidLoss,
  simpo,
  sppoLoss,
  wpoWeight,
} from "../src/index.ts";

const rows = { size: 4, rewards: true, columns: new Set<string>() };
const pairs: DatasetFeatures = { ...rows, groupSize: 2, pairs: true };
const groups: DatasetFeatures = { ...rows, groupSize: 3, pairs: false };
/** Both responses of a pair are as good. */
const undecided = targetPolicy({
  name: "undecided",
  soft: true,
  targets: ({ batch }) => tf.fill([batch.prompts, 2], 0.5),
});

const losses = [
  ...[aotLoss(), apoLoss(), bcoLoss(), bcoLoss({ shift: "none" }), discopopLoss(), exoLoss(), hingeLoss(), ipoLoss()],
  ...[ncaLoss(), odpoLoss(), robustLoss(), sigmoidLoss(), sppoLoss()],
];
/** The kit's parts around it take groups, and targets of any kind. */
const around = (parts: Partial<Method>, loss = listwise()): Method => ({
  ...compose({ beta: constantBeta(), scorer: implicitReward(), loss }),
  ...parts,
});
const needCertainPairs: readonly (readonly [Part, Method])[] = [
  ...losses.map((loss) => [loss, around({}, loss)] as const),
  [batchBeta(), around({ beta: batchBeta() })],
  [gapFilter(), around({ emphasis: gapFilter() })],
];
const code = (is: string) => expect.objectContaining({ code: is }) as Error;

describe("every part", () => {
  it.each(plugin.provides.filter(({ kind }) => kind === "part").map((factory) => [factory.id, factory] as const))(
    "%s has in metrics and messages the name that it has in configurations",
    (id, factory) => {
      expect((factory() as Part).name).toBe(id);
    },
  );

  it("has that name with any options: BCO without a shift", () => {
    expect(bcoLoss({ shift: "none" }).name).toBe("bco-loss");
  });
});

describe.each(needCertainPairs)("$name", ({ name }, method) => {
  it("plans pairs, and is refused for groups, by name", () => {
    expect(planMethod(method, pairs).parts.map(({ id }) => id)).toContain(name);
    expect(() => planMethod(method, groups)).toThrow(code("TW_E_NEEDS_PAIRS"));
    expect(() => planMethod(method, groups)).toThrow(`${name} needs pairs`);
  });

  it("is refused beside targets that do not say which one is preferred", () => {
    const call = () => planMethod({ ...method, targets: undecided }, pairs);
    expect(call).toThrow(code("TW_E_TARGETS"));
    expect(call).toThrow(`${name} needs hard targets`);
  });
});

it("AOT and the parts of β-DPO see the whole step at once, all other parts their micro-batch", () => {
  const parts = plugin.provides.filter(({ kind }) => kind === "part").map((factory) => factory() as Part & Coupled);
  expect(parts.filter(({ coupling }) => coupling === "batch").map(({ name }) => name)).toEqual([
    ...["aot-loss", "batch-beta", "gap-filter"],
  ]);
});

describe("what needs less", () => {
  it("length-desensitized compares the lengths of a pair, whichever is preferred", () => {
    const method = around({ weighter: lengthDesensitized() });
    expect(() => planMethod(method, groups)).toThrow("length-desensitized needs pairs");
    expect(() => planMethod({ ...method, targets: undecided }, pairs)).not.toThrow();
  });

  it.each<[string, Method]>([
    ["f-divergence", { ...around({}), objectives: [{ scorer: fDivergence(), loss: listwise() }] }],
    ["log-odds", { ...around({}), objectives: [{ scorer: logOdds(), loss: listwise() }] }],
    ["wpo-weight", around({ emphasis: wpoWeight() })],
  ])("%s is of groups of any size and of any targets", (_, method) => {
    expect(() => planMethod(method, groups)).not.toThrow();
    expect(() => planMethod({ ...method, targets: undecided }, pairs)).not.toThrow();
  });
});

describe("the parts of methods", () => {
  it("DPO with another loss scores as DPO does; IPO by means, unless asked for sums", () => {
    const scoreOf = (method: Method) => method.objectives[0]!.scorer.options;
    expect(scoreOf(hinge())).toEqual(scoreOf(dpo()));
    expect(scoreOf(ipo({ length: "sum" }))).toEqual(scoreOf(dpo()));
    expect(scoreOf(ipo())).toEqual(implicitReward({ length: "mean" }).options);
  });

  it("supervised training stands beside CPO and ORPO by default, and is left out of CPO where it weighs nothing", () => {
    const besides = ({ auxiliaries }: Method) => auxiliaries?.map(({ name, weight }) => [name, weight]);
    expect(besides(cpo())).toEqual([["supervised", 1]]);
    expect(besides(orpo())).toEqual([["supervised", 1]]);
    expect(besides(cpo({ lambda: 0 }))).toBeUndefined();
    expect(besides(simpo())).toBeUndefined();
  });
});
