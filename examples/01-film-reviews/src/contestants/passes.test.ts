import { useBackend } from "@tokenwise/model";
import { countFlops } from "@tokenwise/sweep";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { worldNamed } from "../world/worlds.ts";
import type { Contestant } from "./contestant.ts";
import { contestantNamed, contestants } from "./contestants.ts";
import { Workshop } from "./workshop.ts";

const [steps, batchSize] = [4, 8];
let workshop: Workshop;
beforeAll(async () => {
  await useBackend(inject("backends").at(-1)!); // the fastest
  const seeds = { dataSeed: 0, trainSeed: 0 };
  workshop = await Workshop.open({ world: worldNamed("scope"), ...seeds, steps, batchSize, trainPrompts: 6 });
});
afterAll(() => workshop.dispose());

/** For a study, in which all steps together see as many pairs as there are. */
const declared = ({ cost: { passes } }: Contestant): number => passes.step + passes.once;

/** The same in FLOPs, of training and annotation, without the models that it takes from others. */
async function measured(contestant: Contestant): Promise<number> {
  for (const one of workshop.missing(contestant)) await workshop.train(one);
  let before = 0;
  const { flops } = await countFlops((soFar) =>
    workshop.train(
      { ...contestant, id: `${contestant.id}, counted` },
      {
        onEvent: ({ type }) => {
          if (type === "start") before = soFar();
        },
      },
    ),
  );
  return (flops - before) / (steps * batchSize) + before / workshop.pairs.length;
}

describe("the passes that a contestant declares", () => {
  it("are what kernels execute, in those of DPO, within a quarter", { timeout: 180_000 }, async () => {
    const flops = new Map<Contestant, number>();
    for (const contestant of contestants) flops.set(contestant, await measured(contestant));
    const dpo = contestantNamed("dpo");
    const unit = flops.get(dpo)! / declared(dpo);
    const wrong: Record<string, number> = {};
    for (const [contestant, taken] of flops) {
      const share = taken / unit / declared(contestant);
      if (Math.abs(share - 1) > 0.25) wrong[contestant.id] = share;
    }
    expect(wrong).toEqual({});
  });
});
