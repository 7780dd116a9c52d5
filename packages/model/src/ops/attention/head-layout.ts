import { tf } from "@tokenwise/kit";

export interface HeadCounts {
  readonly heads: number;
  readonly keyValueHeads: number;
}

/**
 * How heads are laid out for batched products: K blocks; a token has m rows of w numbers among the queries and one row of w among the keys.
 *
 * `separate`: a block for each key-value head, w = headDim, m = the queries that share it.
 * `joined`: one block, w = keyValueHeads·headDim, m = heads; a query's row is zero outside its own key-value head. It multiplies more
 * numbers in far fewer kernel calls, which is faster for small models where a call costs more than a product.
 */
export interface HeadLayout {
  readonly rowsPerToken: number;
  /** [N, heads·headDim] → [K, N·m, w] */
  queries(x: tf.Tensor): tf.Tensor3D;
  /** The adjoint of `queries`: [K, N·m, w] → [N, heads·headDim] */
  fromQueries(x: tf.Tensor3D): tf.Tensor2D;
  /** [N, keyValueHeads·headDim] → [K, N, w] */
  keys(x: tf.Tensor): tf.Tensor3D;
  /** [K, N, w] → [N, keyValueHeads·headDim] */
  fromKeys(x: tf.Tensor3D): tf.Tensor2D;
}

export function separateHeads({ heads, keyValueHeads }: HeadCounts): HeadLayout {
  const group = heads / keyValueHeads;
  const apart = (x: tf.Tensor, rowsPerToken: number): tf.Tensor3D => {
    const [tokens, width] = x.shape as [number, number];
    const split = tf.reshape(x, [tokens, keyValueHeads, width / keyValueHeads]);
    return tf.reshape(tf.transpose(split, [1, 0, 2]), [
      keyValueHeads,
      tokens * rowsPerToken,
      width / keyValueHeads / rowsPerToken,
    ]);
  };
  const together = (x: tf.Tensor3D, rowsPerToken: number): tf.Tensor2D => {
    const [, rows, width] = x.shape;
    const tokens = rows / rowsPerToken;
    const split = tf.reshape(x, [keyValueHeads, tokens, rowsPerToken * width]);
    return tf.reshape(tf.transpose(split, [1, 0, 2]), [tokens, keyValueHeads * rowsPerToken * width]);
  };
  return {
    rowsPerToken: group,
    queries: (x) => apart(x, group),
    fromQueries: (x) => together(x, group),
    keys: (x) => apart(x, 1),
    fromKeys: (x) => together(x, 1),
  };
}

export function joinedHeads({ heads, keyValueHeads }: HeadCounts): HeadLayout {
  const group = heads / keyValueHeads;
  // own[h, j] = 1 where query head h reads key-value head j.
  const own = () => {
    const values = Float32Array.from({ length: heads * keyValueHeads }, (_, i) =>
      Math.floor(Math.floor(i / keyValueHeads) / group) === i % keyValueHeads ? 1 : 0,
    );
    return tf.tensor4d(values, [1, heads, keyValueHeads, 1]);
  };
  return {
    rowsPerToken: heads,
    queries: (x) => {
      const [tokens, width] = x.shape as [number, number];
      const headDim = width / heads;
      return tf.reshape(tf.mul(tf.reshape(x, [tokens, heads, 1, headDim]), own()), [
        1,
        tokens * heads,
        keyValueHeads * headDim,
      ]);
    },
    fromQueries: (x) => {
      const [, rows, width] = x.shape;
      const headDim = width / keyValueHeads;
      const selected = tf.mul(tf.reshape(x, [rows / heads, heads, keyValueHeads, headDim]), own());
      return tf.reshape(tf.sum(selected, 2), [rows / heads, heads * headDim]);
    },
    keys: (x) => tf.reshape(x, [1, ...(x.shape as [number, number])]),
    fromKeys: (x) => tf.reshape(x, [x.shape[1], x.shape[2]]),
  };
}
