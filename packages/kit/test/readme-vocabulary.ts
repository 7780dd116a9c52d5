import { pick, tf, vocabulary } from "../src/index.ts";

/** log π(y_t) − max_v log π(v), [B, T], in nats: 0 where the policy finds no token more probable than the one that follows. */
export const regret = vocabulary("my-plugin.regret", {
  models: ["policy"],
  gradient: false,
  reduce(rows) {
    const logProbs = rows.logProbs("policy"); // [n, V], in nats
    return tf.sub(pick(logProbs, rows.ids), tf.max(logProbs, 1)); // [n]
  },
})(null);
