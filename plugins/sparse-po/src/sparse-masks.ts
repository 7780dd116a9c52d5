import { hiddenStates, meanTokens, part, tf, weighter, type PerToken } from "@tokenwise/kit";
import { maskNetwork, maskOf } from "./mask-network.ts";
import { maskOptions, paper } from "./options.ts";

/**
 * Token weights that are trained: masks from the reference's hidden states, into which nothing flows back; see `maskOf`.
 *
 * @param options.masks  "common": one network, whose mask is both weights; "independent": one each; or one for one side.
 * @param options.init   "normal" can leave every mask 0; "positive": biases are 1, and heads are mixed by their mean.
 * @returns reward and divergence weights [B, T]; with ReLU not negative. Metric by network: `…-sparsity`, the share of
 *   tokens whose mask is 0. A mask that is 0 everywhere is told, with what to do.
 * @throws TW_E_SHAPE  if the reference has other layers or another width than the model that is trained.
 * @see https://arxiv.org/abs/2410.05102; Deviations: see the readme.
 */
export const sparseMasks = part({
  name: "sparse-masks",
  paper,
  options: maskOptions,
  create(options) {
    const names = options.masks === "independent" ? ["reward", "divergence"] : [options.masks];
    const all = options.layers === "all";
    return weighter({
      name: "sparse-masks",
      needs: { states: hiddenStates("reference", { layers: all ? "all" : [-1] }) },
      parameters: Object.fromEntries(names.map((name) => [name, maskNetwork(options)])),
      weigh({ batch, parameters, read }) {
        const states = all ? tf.slice(read.states, 1) : read.states; // without the embedding
        const maskBy = (name: string): PerToken => maskOf(parameters[name]!, states, batch.responseMask, options);
        const masks: Readonly<Record<string, PerToken>> = Object.fromEntries(names.map((name) => [name, maskBy(name)]));
        const zeros = new Map(names.map((name) => [`${name}-sparsity`, meanTokens(tf.equal(masks[name]!, 0), batch)]));
        const { common, ...sides } = masks;
        return { ...(common ? { reward: common, divergence: common } : sides), metrics: Object.fromEntries(zeros) };
      },
      warn(metrics) {
        const dead = names.filter((name) => metrics[`${name}-sparsity`] === 1).join(" and the ");
        const advice = 'begin anew with init "positive" or another seed, or a smaller L1 penalty';
        return dead ? `the ${dead} mask is 0 for every token, so that it can no longer learn: ${advice}` : undefined;
      },
    });
  },
});
