/** TRL's configurations as options of the method that has its losses. */
import { TokenwiseError, type Method } from "@tokenwise/kit";
import { trlDpo } from "@tokenwise/plugin-losses";
import { z } from "zod";

export const trlConfig = z.strictObject({
  loss_types: z.array(z.string()).min(1),
  loss_weights: z.array(z.number()).optional(),
  beta: z.number().optional(),
  ls: z.number().default(0),
  f: z.string().default("reverse_kl"),
  alpha: z.number().optional(),
  ld: z.number().nullish(),
  wpo: z.boolean().default(false),
  /** The reference's log-probabilities once, before training: the numbers are the same. */
  precompute: z.boolean().default(false),
  dtype: z.string().optional(),
});
export type TrlConfig = z.output<typeof trlConfig>;

const divergences: Readonly<Record<string, string>> = {
  reverse_kl: "reverse-kl",
  forward_kl: "forward-kl",
  js_divergence: "jensen-shannon",
  alpha_divergence: "alpha",
};
/** The others are configured with a smoothing that they do not read. */
const smoothed = new Set(["sigmoid", "sigmoid_norm", "exo_pair", "robust", "aot", "aot_unpaired"]);

/** A text says why there is no such method. */
export function trlMethod({ loss_types: losses, loss_weights: weights, beta, ls, f, ...config }: TrlConfig) {
  const { alpha, ld, wpo: weighted } = config;
  const options = {
    losses,
    ...(weights && { weights }),
    ...(beta !== undefined && { beta }),
    ...(losses.some((loss) => smoothed.has(loss)) && { labelSmoothing: ls }),
    divergence: divergences[f] ?? f,
    ...(alpha !== undefined && f === "alpha_divergence" && { alpha }),
    ...(typeof ld === "number" && { lengthAlpha: ld }),
    weighted,
  };
  try {
    return (trlDpo as (given: unknown) => Method)(options);
  } catch (error) {
    if (TokenwiseError.is(error)) return error.message.split("\n")[0]!;
    throw error;
  }
}
