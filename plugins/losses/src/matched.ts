import { noGrad, pick, tf, type PerPrompt } from "@tokenwise/kit";

/** The values of `v` in the order of `u`: its k-th largest stands where the k-th largest of `u` does, [P]. The order is a constant. */
export function matched(v: PerPrompt, u: PerPrompt): PerPrompt {
  const n = v.shape[0];
  const [ofV, ofU] = noGrad(() => [v, u].map((x) => tf.topk(x, n).indices.dataSync()));
  const places = new Int32Array(n);
  ofU!.forEach((prompt, k) => (places[prompt] = ofV![k]!));
  return pick(tf.tile(tf.reshape(v, [1, n]), [n, 1]), tf.tensor1d(places));
}
