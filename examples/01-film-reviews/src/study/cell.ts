/** What the study computes, one training at a time. */
import type { WorldName } from "../world/worlds.ts";

/** One contestant, trained once and measured. */
export interface Cell {
  readonly world: WorldName;
  readonly contestant: string;
  /** Times the contestant's own β; of supervised training, which has none, times the learning rate. */
  readonly strength: number;
  readonly dataSeed: number;
  readonly trainSeed: number;
  readonly steps: number;
  /** Tuning looks at other prompts than everything that is reported. */
  readonly split: "validation" | "test";
}

export interface CellResult extends Cell {
  /** The true reward of each prompt, mean over its samples; in the order of the prompts. */
  readonly promptRewards: readonly number[];
  /** KL(π ‖ π_ref) of a review in nats, mean over prompts. */
  readonly kl: number;
  /** What labels were drawn from, mean over prompts: in a proxy of a world not the truth. */
  readonly labelReward: number;
  readonly length: number;
  readonly grammatical: number;
  readonly accuracy: number;
}

/** What tells a cell from all others. */
export const keyOf = ({ world, contestant, strength, dataSeed, trainSeed, steps, split }: Cell): string =>
  [world, contestant, strength, dataSeed, trainSeed, steps, split].join(" ");
