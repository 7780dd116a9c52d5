import { TokenwiseError } from "@tokenwise/kit";

/** A prompt and the candidates that continue it. A plain sequence is a prefix without branches. */
export interface TokenTree {
  readonly prefix: Int32Array;
  readonly branches: readonly Int32Array[];
}

/** Rows start … start + length − 1 of a stream. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

export interface PackedTree {
  readonly prefix: Span;
  readonly branches: readonly Span[];
}

/**
 * N tokens of several trees in one stream without padding: for each tree its prefix once, then its branches. A branch attends to its
 * prefix and, causally, to itself; its positions go on where the prefix ends.
 */
export interface PackedStream {
  /** Token ids [N]. */
  readonly ids: Int32Array;
  /** Position of each token in its own sequence [N]. */
  readonly positions: Int32Array;
  readonly trees: readonly PackedTree[];
}

/**
 * Lays trees out in one stream, in order.
 *
 * A branch may be empty (a missing candidate): its span has length 0.
 *
 * @throws TW_E_EMPTY_STREAM  without trees, or for a tree without a token.
 */
export function packTrees(trees: readonly TokenTree[]): PackedStream {
  const size = (tree: TokenTree) => tree.branches.reduce((sum, branch) => sum + branch.length, tree.prefix.length);
  const bare = trees.findIndex((tree) => size(tree) === 0);
  if (trees.length === 0 || bare >= 0) {
    throw new TokenwiseError(
      "TW_E_EMPTY_STREAM",
      trees.length === 0 ? "a stream of no trees" : `tree ${bare} of ${trees.length} has no token`,
    );
  }
  const total = trees.reduce((sum, tree) => sum + size(tree), 0);
  const ids = new Int32Array(total);
  const positions = new Int32Array(total);
  let next = 0;
  const append = (tokens: Int32Array, firstPosition: number): Span => {
    const span = { start: next, length: tokens.length };
    ids.set(tokens, next);
    for (let i = 0; i < tokens.length; i++) positions[next + i] = firstPosition + i;
    next += tokens.length;
    return span;
  };
  const spans = trees.map(({ prefix, branches }) => ({
    prefix: append(prefix, 0),
    branches: branches.map((branch) => append(branch, prefix.length)),
  }));
  return { ids, positions, trees: spans };
}
