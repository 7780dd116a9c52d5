import { tf } from "@tokenwise/kit";

/** Named tensors that an optimizer keeps between steps. */
export class Slots {
  readonly #tensors = new Map<string, tf.Tensor>();

  /** The slot of a tensor; zeros at first. Owned by this object. */
  get(name: string, slot: string, like: tf.Tensor): tf.Tensor {
    const key = `${name}/${slot}`;
    const found = this.#tensors.get(key);
    if (found) return found;
    const zeros = tf.keep(tf.zerosLike(like));
    this.#tensors.set(key, zeros);
    return zeros;
  }

  set(name: string, slot: string, value: tf.Tensor): void {
    const key = `${name}/${slot}`;
    this.#tensors.get(key)?.dispose();
    this.#tensors.set(key, tf.keep(value));
  }

  all(): ReadonlyMap<string, tf.Tensor> {
    return this.#tensors;
  }

  restore(saved: ReadonlyMap<string, tf.Tensor>): void {
    this.dispose();
    for (const [key, tensor] of saved) this.#tensors.set(key, tf.keep(tf.clone(tensor)));
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}
