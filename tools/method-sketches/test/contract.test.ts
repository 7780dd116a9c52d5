/** Every sketch satisfies the contract. */
import { compose, constantBeta, dpo, implicitReward, sft, type Method } from "@tokenwise/kit";
import { checkContract, type Subject } from "@tokenwise/testkit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, inject, it } from "vitest";
import * as sketches from "../src/index.ts";

const { adpo, attentionPo, epsilonBeta, epsilonDpo, importanceWeights, sparsePo, tiDpo, tisDpo } = sketches;
const withBeta = (beta: Method["beta"]): Method => ({ ...dpo(), beta });
const subjects: Readonly<Record<string, Subject>> = {
  dpo,
  sft,
  adpo,
  attentionPo,
  epsilonBeta,
  epsilonDpo,
  importanceWeights,
  sparsePo,
  tiDpo,
  tisDpo,
  aot: () => sketches.aot(),
  "aot, unpaired": () => sketches.aot({ paired: false, smoothing: 0.1 }),
  bco: () => sketches.bco(),
  "β-DPO": () => ({ ...withBeta(sketches.betaOfGap()), emphasis: sketches.gapFilter() }),
  "β-DPO without its filter": () => withBeta(sketches.betaOfGap()),
  "adaptive temperature": () => sketches.adaptiveTemperature(),
  ipo: () => sketches.ipo(),
  maPo: () => sketches.maPo(),
  mpo: () => sketches.mpo(),
  odpo: () => compose({ beta: constantBeta(), scorer: implicitReward(), loss: sketches.odpo() }),
  orpo: () => sketches.orpo(),
  rpo: () => sketches.rpo(),
  simPo: () => sketches.simPo(),
  wpo: () => sketches.wpo(),
  plackettLuce: () => sketches.plackettLuce(),
  zScoreTargets: () => sketches.zScoreTargets(),
  "a moving anchor": () => ({ ...dpo(), anchor: sketches.movingAverage(0.9) }),
  "an anchor copied now and then": () => ({ ...dpo(), anchor: sketches.copyEvery(2) }),
};

describe.each(inject("backends").filter((name) => name !== "wasm"))("the contract on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(Object.keys(subjects))("holds for %s", async (name) => {
    const results = await checkContract(subjects[name]!, { effort: "small" });
    expect(results.filter(({ holds }) => !holds).map(({ problem }) => problem)).toEqual([]);
  });
});
