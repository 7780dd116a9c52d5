import { hiddenStates, tf, weighter, type TokenWeighter } from "@tokenwise/kit";
import { maskNetwork, maskOf } from "./mask-network.ts";

/** [L, B, T, D]: what the blocks give; the first of all hidden states is the embedding, which has no mask layer. */
const blocksOf = (states: tf.Tensor): tf.Tensor => tf.slice(states, 1);
const states = hiddenStates("reference", { layers: "all" });

/** Trainable masks from the reference's hidden states: one for both weights, or one each. */
export const sparseMasks = ({ weightDecay = 0.01, common = true } = {}): TokenWeighter => {
  const network = maskNetwork(weightDecay);
  if (common)
    return weighter({
      name: "sparse-mask",
      needs: { states },
      parameters: { network },
      weigh({ parameters, read }) {
        const mask = maskOf(parameters.network, blocksOf(read.states));
        return { reward: mask, divergence: mask };
      },
    });
  return weighter({
    name: "sparse-masks",
    needs: { states },
    parameters: { reward: network, divergence: network },
    weigh: ({ parameters, read }) => ({
      reward: maskOf(parameters.reward, blocksOf(read.states)),
      divergence: maskOf(parameters.divergence, blocksOf(read.states)),
    }),
  });
};
