import type { Method } from "@tokenwise/kit";
import type { World } from "../world/worlds.ts";

/**
 * What is trained on: one side of the pairs, the pairs, the pairs with chosen and rejected exchanged, all samples of a prompt with their
 * rewards, or the prompts alone.
 */
export type Rows = "chosen" | "rejected" | "pairs" | "flipped" | "groups" | "prompts";

/**
 * Where the weights of tokens come from, if they are a column of the data.
 *
 *     annotators      the method's own, by models that other contestants became; a role that is left out is the reference's
 *     oracle          how much each word moves the true reward, see oracle-weights.ts
 *     signed-oracle   the same, but of a chosen review only what speaks for it counts, of a rejected one what speaks against it
 */
export interface Weights {
  readonly from: "annotators" | "oracle" | "signed-oracle";
  /** Contestants by role. */
  readonly models?: Readonly<Record<string, string>>;
  /** The same values, dealt to other tokens. */
  readonly shuffled?: boolean;
}

/** What a contestant costs, as data: DPO has one label a pair, 3 forward passes a step, and once the reference's. */
export interface Cost {
  /** What it is told beyond one label a pair. */
  readonly labels?: string;
  /**
   * Forward passes over two responses, for each two that it is trained on; a backward pass is as much as two forward passes, a sampled
   * response as much as half a pass. Trained models that it takes come on top.
   */
  readonly passes: {
    /** In a step. */
    readonly step: number;
    /** Over all of the data before the first step. */
    readonly once: number;
  };
  /** Seconds that a pass takes, in those of a pass of DPO: for the demonstration's guess of what fits into its time. Default 1. */
  readonly pace?: number;
}

export interface Contestant {
  /** By which `--methods` and other contestants name it. */
  readonly id: string;
  readonly name: string;
  /** A control shows what a method's own idea is worth: the same without it, or with what no method can know. */
  readonly kind: "method" | "control";
  /** @param options.beta Of the contestant, or another: the strength of the KL penalty in the method's own units. */
  readonly method: (options: { readonly world: World; readonly beta: number }) => Method;
  /** Default 0.2. */
  readonly beta?: number;
  readonly rows: Rows;
  readonly weights?: Weights;
  /** Times the learning rate of all. Default 1. */
  readonly learningRate?: number;
  readonly cost: Cost;
}

export const defaultBeta = 0.2;
