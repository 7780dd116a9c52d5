/** What fits into the time that there is: a guess from what was measured so far. */
import type { Contestant } from "../contestants/contestant.ts";
import { contestantNamed } from "../contestants/contestants.ts";
import type { Sizes } from "./sizes.ts";

type Amounts = Pick<Sizes, "steps" | "batchSize"> & { readonly pairs: number };

/** Forward passes over two reviews: of training, and of what comes before it. */
export const passesOf = ({ cost: { passes } }: Contestant, { steps, batchSize, pairs }: Amounts): number =>
  passes.step * steps * batchSize + passes.once * pairs;

/** The same with the passes of the contestants whose models it takes. */
export const passesOfAll = (contestant: Contestant, amounts: Amounts): number =>
  Object.values(contestant.weights?.models ?? {})
    .map((id) => passesOfAll(contestantNamed(id), amounts))
    .reduce((sum, passes) => sum + passes, passesOf(contestant, amounts));

/** The same, in those of DPO. */
export const computeOf = (contestant: Contestant, amounts: Amounts): number =>
  passesOfAll(contestant, amounts) / passesOf(contestantNamed("dpo"), amounts);

/** As they take time. */
export const pacedPasses = (contestant: Contestant, amounts: Amounts): number =>
  (contestant.cost.pace ?? 1) * passesOf(contestant, amounts);

export class Budget {
  readonly #seconds: number;
  readonly #now: () => number;
  readonly #started: number;
  #measuring = 0;
  #training = { seconds: 0, passes: 0 };

  /** @param now Seconds. */
  constructor(seconds: number, now: () => number = () => performance.now() / 1000) {
    this.#seconds = seconds;
    this.#now = now;
    this.#started = now();
  }

  /** What it took to measure a model. */
  measured(seconds: number): void {
    this.#measuring = Math.max(this.#measuring, seconds);
  }

  /** @param passes Those of a contestant, times its pace. */
  trained(seconds: number, passes: number): void {
    this.#training = { seconds: this.#training.seconds + seconds, passes: this.#training.passes + passes };
  }

  /** Whether so many passes and the measurement of a model end in time; before anything was trained it is not known, and is tried. */
  fits(passes: number): boolean {
    const { seconds, passes: known } = this.#training;
    if (known === 0) return true;
    const expected = (passes * seconds) / known + this.#measuring;
    return this.#now() - this.#started + expected <= this.#seconds;
  }
}
