import { describe, expect, it } from "vitest";
import { holm, pairedDifferences, type Interval, type PairedDifference, type SeededResult } from "../src/index.ts";
import { seeded } from "./random.ts";

interface Design {
  readonly dataSeeds?: number;
  readonly trainingSeeds?: number;
  readonly prompts?: number;
  readonly name?: string;
}

interface Spread {
  readonly data: number;
  readonly training: number;
  readonly prompts: number;
  readonly noise: number;
}

/** Results of a method that is `better` than the baseline by this on average, with effects of each kind on the difference. */
function synthetic(
  trial: number,
  better: number,
  spread: Spread,
  { dataSeeds = 3, trainingSeeds = 5, prompts = 16, name = "other" }: Design = {},
): readonly SeededResult[] {
  const random = seeded(trial, "synthetic");
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const ofPrompts = Array.from({ length: prompts }, () => spread.prompts * normal());
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
  return upTo(dataSeeds).flatMap((dataSeed) => {
    const ofData = spread.data * normal();
    return upTo(trainingSeeds).flatMap((trainingSeed) => {
      const ofRun = ofData + spread.training * normal();
      const base = ofPrompts.map(() => normal());
      const values = base.map((value, prompt) => value + better + ofRun + ofPrompts[prompt]! + spread.noise * normal());
      const seeds = { dataSeed, trainingSeed };
      return [
        { method: "dpo", ...seeds, values: base },
        { method: name, ...seeds, values },
      ];
    });
  });
}

const differ = (results: readonly SeededResult[], resamples = 200) =>
  pairedDifferences({ results, baseline: "dpo", seed: 1, resamples });

describe("paired differences", () => {
  it.each([
    ["data", { data: 1, training: 0.3, prompts: 0.3, noise: 1 }],
    ["training", { data: 0, training: 1, prompts: 0.3, noise: 1 }],
    ["data and training", { data: 1, training: 1, prompts: 0, noise: 1 }],
    ["prompts", { data: 0, training: 0.1, prompts: 1, noise: 1 }],
  ])("cover the truth 95 times in 100, or nearly, where mostly %s differ", (_, spread) => {
    const covered = Array.from({ length: 400 }, (_, trial) => {
      const [found] = differ(synthetic(trial, 0.5, spread));
      return found!.interval.low <= 0.5 && 0.5 <= found!.interval.high;
    });
    expect(covered.filter(Boolean).length / covered.length).toBeGreaterThan(0.93);
  });

  it("cover it with one draw of the data too", () => {
    const spread = { data: 0, training: 1, prompts: 0.3, noise: 1 };
    const covered = Array.from({ length: 400 }, (_, trial) => {
      const [found] = differ(synthetic(trial, 0.5, spread).filter(({ dataSeed }) => dataSeed === 1));
      return found!.interval.low <= 0.5 && 0.5 <= found!.interval.high;
    });
    expect(covered.filter(Boolean).length / covered.length).toBeGreaterThan(0.93);
  });

  it.each([
    [1, 2, { data: 0, training: 0.3, prompts: 0.3, noise: 1 }],
    [2, 3, { data: 0.3, training: 0.1, prompts: 0.3, noise: 1 }],
    [3, 5, { data: 0.3, training: 0.1, prompts: 0.3, noise: 1 }],
  ])(
    "of six methods on %i draws of the data with %i training seeds hold together, or nearly",
    (dataSeeds, trainingSeeds, spread) => {
      const names = ["a", "b", "c", "d", "e", "f"];
      const found = Array.from({ length: 200 }, (_, trial) => {
        const design = { dataSeeds, trainingSeeds, prompts: 100 };
        const ofMethods = names.flatMap((name, index) => {
          const results = synthetic(trial * names.length + index, 0, spread, { ...design, name });
          // All differ from the one baseline, which is 0 everywhere.
          const base = results.filter(({ method }) => method === "dpo");
          return results.flatMap((one) => {
            const of = base.find(
              ({ dataSeed, trainingSeed }) => one.dataSeed === dataSeed && one.trainingSeed === trainingSeed,
            )!;
            const values = one.values.map((value, prompt) => value - of.values[prompt]!);
            return one.method === "dpo" && index > 0 ? [] : [{ ...one, values }];
          });
        });
        return differ(ofMethods);
      });
      const share = (held: readonly boolean[]) => held.filter(Boolean).length / held.length;
      const covers = ({ low, high }: Interval) => low <= 0 && 0 <= high;
      expect(share(found.flat().map(({ interval }) => covers(interval)))).toBeGreaterThan(0.94);
      expect(share(found.map((each) => each.every(({ simultaneous }) => covers(simultaneous))))).toBeGreaterThan(0.9);
      expect(share(found.map((each) => each.every(({ adjustedP }) => adjustedP >= 0.05)))).toBeGreaterThan(0.9);
    },
  );

  it("are as sure as their p says: it is where an interval ends at 0", () => {
    const results = synthetic(3, 0.3, { data: 0.2, training: 0.2, prompts: 0.2, noise: 1 });
    const [{ p }] = differ(results) as [PairedDifference];
    const [at] = pairedDifferences({ results, baseline: "dpo", seed: 1, resamples: 200, confidence: 1 - p });
    expect(Math.min(Math.abs(at!.interval.low), Math.abs(at!.interval.high))).toBeCloseTo(0, 8);
  });

  it("of a method from its equal are 0, with nothing around it", () => {
    const results = synthetic(1, 0, { data: 0, training: 0, prompts: 0, noise: 0 });
    const [same] = differ(results);
    expect(same).toMatchObject({ interval: { mean: 0, low: 0, high: 0 }, error: 0, p: 1, adjustedP: 1 });
  });

  it("are the same numbers in whatever order results and methods come, and by the seed alone", () => {
    const spread = { data: 0.2, training: 0.2, prompts: 0.2, noise: 1 };
    const third = synthetic(2, 1, spread).flatMap((one) => (one.method === "other" ? { ...one, method: "a" } : []));
    const results = [...synthetic(1, 0.3, spread), ...third];
    expect(differ([...results].reverse())).toEqual(differ(results));
    expect(pairedDifferences({ results, baseline: "dpo", seed: 2 })).not.toEqual(differ(results));
    expect(differ(results).map(({ method }) => method)).toEqual(["a", "other"]);
  });

  it("are wider together than alone, and never more significant", () => {
    const spread = { data: 0.2, training: 0.2, prompts: 0.2, noise: 1 };
    const third = synthetic(2, 1, spread).flatMap((one) => (one.method === "other" ? { ...one, method: "a" } : []));
    for (const { interval, simultaneous, p, adjustedP } of differ([...synthetic(1, 0.3, spread), ...third])) {
      expect(simultaneous.low).toBeLessThan(interval.low);
      expect(simultaneous.high).toBeGreaterThan(interval.high);
      expect(adjustedP).toBeGreaterThanOrEqual(p);
    }
  });

  it("are refused where something is not paired", () => {
    const results = synthetic(1, 0, { data: 1, training: 1, prompts: 1, noise: 1 });
    const refused = (given: readonly SeededResult[], baseline = "dpo") => {
      try {
        return pairedDifferences({ results: given, baseline, seed: 1 });
      } catch (error) {
        return error;
      }
    };
    const unpaired = (message: RegExp) => ({ code: "TW_E_NOT_PAIRED", message: expect.stringMatching(message) as string }); // prettier-ignore
    expect(refused(results, "dop")).toMatchObject(unpaired(/"dop", did you mean "dpo"\?/));
    expect(refused(results.slice(0, -1))).toMatchObject(unpaired(/^other \(training seed 4, data 2\) is missing/));
    expect(refused(results.slice(1))).toMatchObject(unpaired(/^dpo \(training seed 0, data 0\) is missing/));
    expect(refused([...results, results[0]!])).toMatchObject(unpaired(/given twice/));
    const short = results.map((one, index) => (index === 3 ? { ...one, values: one.values.slice(1) } : one));
    expect(refused(short)).toMatchObject(unpaired(/15 finite values, others have 16/));
  });
});

describe("Holm's correction", () => {
  it("multiplies the smallest by their number, the next by one less, and never falls", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});
