/** TRL's cases as options of ours. */
import { rewards, tf } from "@tokenwise/kit";
import { givenPairs, type GoldenGradient, type GoldenPairs } from "@tokenwise/testkit";
import { trlDpo } from "../src/index.ts";
import file from "./goldens/trl.json" with { type: "json" };

interface Config {
  readonly loss_types: readonly string[];
  readonly loss_weights?: readonly number[];
  readonly beta?: number;
  readonly ls?: number;
  readonly f?: "forward_kl" | "js_divergence" | "alpha_divergence";
  readonly ld?: number;
  readonly wpo?: boolean;
  /** The numbers are the same. */
  readonly precompute?: boolean;
}

export interface TrlCase {
  readonly name: string;
  readonly config: Config;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly grad_l2: number;
  readonly grad_sum_abs: number;
  readonly grad_at: GoldenGradient["at"];
}

export const input: GoldenPairs = file.inputs.pairs;
/** The pairs of the cases, with rewards. */
export const rows = () => givenPairs(input, [[rewards, tf.tensor2d([3, 1, 0.5, 0.25, 2, 1], [3, 2])]]);
export const cases = (file.cases as unknown as readonly TrlCase[]).filter((each) => !("error" in each));
export const raises = file.cases.filter((each) => "error" in each).map(({ name }) => name);

const divergences = {
  forward_kl: "forward-kl",
  js_divergence: "jensen-shannon",
  alpha_divergence: "alpha",
} as const;

export const methodOf = ({ loss_types, loss_weights, beta, ls, f, ld, wpo }: Config) =>
  trlDpo({
    losses: [...loss_types] as NonNullable<Parameters<typeof trlDpo>[0]>["losses"],
    ...(loss_weights && { weights: [...loss_weights] }),
    ...(beta !== undefined && { beta }),
    ...(ls !== undefined && { labelSmoothing: ls }),
    ...(f && { divergence: divergences[f] }),
    ...(ld !== undefined && { lengthAlpha: ld }),
    ...(wpo && { weighted: true }),
  });
