import { activations, method, part, tf, weighter } from "@tokenwise/kit";
import { activate } from "./activate.ts";
import { activationOptions, mapoOptions, paper } from "./options.ts";
import { maskedTdpo } from "./sparse-po.ts";

/**
 * Token weights from the reference's activations, which no one trains: of means a_k over the width of each of K tensors,
 *
 *   m_t = mean_types mean_k (a_kt − min a_k) / (max a_k − min a_k)                                  [released code]
 *
 * @param options.mapping  In place of the scaling over the response: "sigmoid", means over the width of σ, or "none", a_kt.
 * @returns equal reward and divergence weights [B, T], constants; a tensor that is constant over a response counts 1 there.
 * @see https://arxiv.org/abs/2410.05102; Deviations: see the readme.
 */
export const activationMasks = part({
  name: "activation-masks",
  paper,
  options: activationOptions,
  create: ({ types, mapping }) =>
    weighter({
      name: "activation-masks",
      needs: {
        means: activations("reference", {
          types,
          of: mapping === "sigmoid" ? "sigmoid" : "values",
        }),
      },
      weigh({ batch, read }) {
        const ofTypes = types.map((type) => tf.mean(activate(mapping, read.means[type], batch.responseMask), 0));
        const mask = tf.mean(tf.stack(ofTypes), 0);
        return { reward: mask, divergence: mask };
      },
    }),
});

/** MaPO: TDPO-1 under masks from the reference's activations; see `maskedTdpo`. @throws TW_E_OPTIONS */
export const maPo = method({
  name: "ma-po",
  paper,
  options: mapoOptions,
  create: ({ beta, ...options }) => maskedTdpo(activationMasks(options), beta),
});
