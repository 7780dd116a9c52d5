import { tf } from "@tokenwise/kit";
import { attention } from "../ops/attention/attention.ts";
import { embedding } from "../ops/embedding.ts";
import { product } from "../ops/product.ts";
import { rmsNorm } from "../ops/rms-norm.ts";
import { ropeTables } from "../ops/rope.ts";
import { block, type Attend } from "../model/block.ts";
import type { CausalModel } from "../model/causal-model.ts";
import { layersOf } from "../model/layers.ts";
import { packTrees } from "../stream/pack-trees.ts";

/** Keys and values of one layer, [B·keyValueHeads, T, headDim]: T columns, of which a row's prompt fills the first and what it generated the last. */
interface LayerCache {
  readonly keys: tf.Tensor3D;
  readonly values: tf.Tensor3D;
}

/** A batch of sequences while they are generated; rows of unequal prompts leave columns unused. */
export interface Decoding {
  readonly layers: readonly LayerCache[];
  /** Next-token logits [B,V]. */
  readonly logits: tf.Tensor2D;
}

export const tensorsOf = ({ layers, logits }: Decoding): tf.Tensor[] => [
  logits,
  ...layers.flatMap(({ keys, values }) => [keys, values]),
];

/** tf.tidy that keeps a decoding. */
function tidied(compute: () => Decoding): Decoding {
  let result: Decoding | undefined;
  tf.tidy(() => {
    result = compute();
    return tensorsOf(result);
  });
  return result!;
}

/** Which columns each row uses: the first `prompts[b]` and those from `widest` on. */
export interface Columns {
  readonly prompts: readonly number[];
  readonly widest: number;
}

const logitsOf = (x: tf.Tensor2D, model: CausalModel): tf.Tensor2D =>
  product(rmsNorm(x, model.parameters.get("model.norm.weight")!, model.config.rmsNormEps), model.unembedding, {
    transposeB: true,
  });

const tablesOf = (positions: Int32Array, { config }: CausalModel) =>
  ropeTables(positions, { theta: config.ropeTheta, headDim: config.headDim, scaling: config.ropeScaling });

/** One row of keys or values for each token [N, keyValueHeads·headDim], padded and apart by head: [B·keyValueHeads, widest, headDim]. */
function padded(
  x: tf.Tensor2D,
  rows: tf.Tensor2D,
  [batch, widest]: readonly [number, number],
  heads: number,
): tf.Tensor3D {
  const headDim = x.shape[1] / heads;
  const apart = tf.transpose(tf.reshape(tf.gatherND(x, rows), [batch, widest, heads, headDim]), [0, 2, 1, 3]);
  return tf.reshape(apart, [batch * heads, widest, headDim]);
}

/** Runs the prompts as one packed stream and keeps their keys and values. */
export function prefill(model: CausalModel, prompts: readonly Int32Array[]): Decoding {
  const { config, parameters } = model;
  return tidied(() => {
    const stream = packTrees(prompts.map((prefix) => ({ prefix, branches: [] })));
    const widest = Math.max(...prompts.map(({ length }) => length));
    const index = stream.trees.flatMap(({ prefix }) =>
      Array.from({ length: widest }, (_, t) => prefix.start + Math.min(t, prefix.length - 1)),
    );
    const rows = tf.tensor2d(index, [index.length, 1], "int32");
    const tables = tablesOf(stream.positions, model);
    const layers: LayerCache[] = [];
    let x = embedding(parameters.get("model.embed_tokens.weight")!, tf.tensor1d(stream.ids, "int32"));
    for (const layer of layersOf(parameters, config)) {
      const attend: Attend = ({ q, k, v }) => {
        const [keys, values] = [k, v].map((tensor) =>
          padded(tensor, rows, [prompts.length, widest], config.numKeyValueHeads),
        );
        layers.push({ keys: keys!, values: values! });
        return attention({ q, k, v }, stream.trees, {
          heads: config.numAttentionHeads,
          keyValueHeads: config.numKeyValueHeads,
        });
      };
      x = block(x, layer, tables, attend, config);
    }
    const last = stream.trees.map(({ prefix }) => prefix.start + prefix.length - 1);
    return {
      layers,
      logits: logitsOf(tf.gatherND(x, tf.tensor2d(last, [last.length, 1], "int32")) as tf.Tensor2D, model),
    };
  });
}

/** Attention of one new token a row over that row's cache. Batched products, slow on wasm, but small: loops over rows would be slower. */
function attendToCache(
  { q, k, v }: Parameters<Attend>[0],
  cache: LayerCache,
  mask: tf.Tensor4D,
  heads: number,
): [tf.Tensor2D, LayerCache] {
  const [blocks, , headDim] = cache.keys.shape;
  const batch = q.shape[0];
  const group = (heads * batch) / blocks;
  const keys = tf.concat3d([cache.keys, tf.reshape(k, [blocks, 1, headDim])], 1);
  const values = tf.concat3d([cache.values, tf.reshape(v, [blocks, 1, headDim])], 1);
  const queries = tf.reshape(tf.mul(q, headDim ** -0.5), [blocks, group, headDim]);
  const scores = tf.reshape(tf.matMul(queries, keys, false, true), [batch, blocks / batch, group, keys.shape[1]]);
  const weights = tf.reshape(tf.softmax(tf.add(scores, mask)), [blocks, group, keys.shape[1]]);
  return [tf.reshape(tf.matMul(weights, values), [batch, heads * headDim]), { keys, values }];
}

/** Appends one token to every row. The cache before is the caller's to dispose of. */
export function decode(
  model: CausalModel,
  before: Decoding,
  tokens: readonly number[],
  { prompts, widest }: Columns,
): Decoding {
  const { config, parameters } = model;
  return tidied(() => {
    const columns = before.layers[0]!.keys.shape[1] + 1;
    const generated = columns - widest;
    const unused = Float32Array.from({ length: prompts.length * columns }, (_, i) => {
      const column = i % columns;
      return column >= prompts[Math.floor(i / columns)]! && column < widest ? -1e9 : 0;
    });
    const mask = tf.tensor4d(unused, [prompts.length, 1, 1, columns]);
    const tables = tablesOf(
      Int32Array.from(prompts, (length) => length + generated - 1),
      model,
    );
    let x = embedding(parameters.get("model.embed_tokens.weight")!, tf.tensor1d([...tokens], "int32"));
    const layers = layersOf(parameters, config).map((layer, i) => {
      let after = before.layers[i]!;
      const attend: Attend = (heads) => {
        const [context, cache] = attendToCache(heads, after, mask, config.numAttentionHeads);
        after = cache;
        return context;
      };
      x = block(x, layer, tables, attend, config);
      return after;
    });
    return { layers, logits: logitsOf(x, model) };
  });
}

/** Only the given rows of a batch of the given size. */
export function selectRows({ layers, logits }: Decoding, rows: readonly number[]): Decoding {
  return tidied(() => {
    const index = tf.tensor2d([...rows], [rows.length, 1], "int32");
    const batch = logits.shape[0];
    const select = (x: tf.Tensor3D): tf.Tensor3D => {
      const [blocks, columns, width] = x.shape;
      const perRow = blocks / batch;
      return tf.reshape(tf.gatherND(tf.reshape(x, [batch, perRow * columns * width]), index), [
        rows.length * perRow,
        columns,
        width,
      ]);
    };
    return {
      layers: layers.map(({ keys, values }) => ({ keys: select(keys), values: select(values) })),
      logits: tf.gatherND(logits, index) as tf.Tensor2D,
    };
  });
}
