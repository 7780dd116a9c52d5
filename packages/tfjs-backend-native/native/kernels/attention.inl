// See attention.h. The blockwise softmax is that of M. Milakov, N. Gimelshein (2018), https://arxiv.org/abs/1805.02867, the order of blocks
// and the gradient that of T. Dao et al. (2022), https://arxiv.org/abs/2205.14135.

// Shapes of the register tiles: of scores (keys × query rows), and of everything else (rows × columns of a head).
constexpr int kScoreRows = WIDTH == 16 ? 8 : 6, kScoreVectors = WIDTH == 16 ? 3 : 2;
constexpr int kHeadRows = 6, kHeadVectors = WIDTH == 16 ? 4 : 2;
static_assert(kAttentionRows % (kScoreVectors * WIDTH) == 0 && kAttentionRows % kHeadRows == 0);
static_assert(kAttentionPadding >= kScoreRows && kAttentionPadding >= kHeadRows);

// What a block of query rows is worked on in.
struct AttentionScratch {
  float *across, *dy_across;    // [head_dim][kAttentionRows]: q (scaled) and dy, transposed
  float *q, *dy, *sums;         // [kAttentionRows][packed_dim]: the same as rows; the output, or dq
  float *scores, *d_scores;     // [kAttentionKeys][kAttentionRows]
  float *maxima, *totals, *factors;  // of each row; backward: lse, Σ dy∘out
};

inline AttentionScratch scratch_of(float* memory, int64_t packed_dim) {
  const int64_t rows = kAttentionRows * packed_dim, block = kAttentionRows * (kAttentionKeys + kAttentionPadding);
  float* const blocks = memory + 5 * rows;
  float* const of_rows = blocks + 2 * block;
  return {memory,         memory + rows,  memory + 2 * rows, memory + 3 * rows,        memory + 4 * rows,
          blocks,         blocks + block, of_rows,           of_rows + kAttentionRows, of_rows + 2 * kAttentionRows};
}

// f(row, where the row stands in q and its like, where in lse)
template <class F>
inline void for_rows(const AttentionSizes& sizes, const QueryBlock& block, const F& f) {
  int64_t token = block.own_begin + block.first / sizes.group, head = block.first % sizes.group;
  for (int64_t row = 0; row < block.count; row++) {
    f(row, token * sizes.query_stride + head * sizes.head_dim, token * sizes.lse_stride + head);
    if (++head == sizes.group) head = 0, token++;
  }
}

inline void zero(int64_t count, float* to) {
  for (int64_t i = 0; i < count; i += WIDTH) store(to + i, Floats{});
}

// The block's rows times a factor, with zeros on their right and below them.
inline void pack_rows(const AttentionSizes& sizes, const QueryBlock& block, const float* from, float factor, float* rows) {
  for_rows(sizes, block, [&](int64_t row, int64_t at, int64_t) {
    float* const to = rows + row * sizes.packed_dim;
    int64_t i = 0;
    for (; i + WIDTH <= sizes.head_dim; i += WIDTH) store(to + i, load(from + at + i) * factor);
    if (i < sizes.head_dim) store(to + i, load_some(from + at + i, sizes.head_dim - i) * factor), i += WIDTH;
    zero(sizes.packed_dim - i, to + i);
  });
  zero((kAttentionRows - block.count) * sizes.packed_dim, rows + block.count * sizes.packed_dim);
}

// The same, and transposed.
inline void pack_queries(const AttentionSizes& sizes, const QueryBlock& block, const float* from, float factor, float* rows, float* across) {
  pack_rows(sizes, block, from, factor, rows);
  pack_panels<F32, kAttentionRows>(kAttentionRows, sizes.head_dim, rows, sizes.packed_dim, true, across);
}

// [keys][query rows]: each key's (or value's) products with the rows of which `across` is the transpose.
inline void score(const AttentionSizes& sizes, int64_t keys, int64_t vectors, const float* packed, const float* across, float* scores) {
  // Whole tiles: those behind the last key write into the padding.
  const int64_t whole = (keys + kScoreRows - 1) / kScoreRows * kScoreRows;
  head_product<kScoreRows, kScoreVectors, Start::zero, false>(whole, vectors, sizes.head_dim, packed, sizes.packed_dim, across, kAttentionRows,
                                                              scores, kAttentionRows);
}

// −∞ for the rows whose tokens come before the key. `key` is counted from the first of the span.
inline void hide(const AttentionSizes& sizes, const QueryBlock& block, int64_t key, int64_t keys, float* scores) {
  for (int64_t j = 0; j < keys; j++) {
    int64_t hidden = (key + j) * sizes.group - block.first;
    if (hidden > kAttentionRows) hidden = kAttentionRows;
    for (int64_t row = 0; row < hidden; row++) scores[j * kAttentionRows + row] = -kInfinity;
  }
}

// e^x for x < 88 or NaN: 0 below −87.7, and to 3·10⁻⁷ of itself, fewer digits than scores so far below the largest have. Shorter than
// exp_in_range, as it is called for every score. The polynomial interpolates at Chebyshev nodes, to 10⁻⁸.
inline Floats weight_of(Floats x) {
  // After the addition the lowest bits are those of the exponent 127 + count of 2^count; 0, the exponent of zero, for the least x.
  constexpr float kRound = 12582912.0f + 127.0f;
  const Floats bounded = no_less_than(x, -88.0f), shifted = bounded * 1.44269504f + kRound;
  const Floats rest = bounded - (shifted - kRound) * 0.693147181f;
  Floats p = rest * 0.00139261759f + 0.00836317334f;
  p = p * rest + 0.0416665561f;
  p = p * rest + 0.166665778f;
  p = p * rest + 0.5f;
  p = p * rest + 1.0f;
  p = p * rest + 1.0f;
  return p * floats_of(bits_of(shifted) << 23);
}

// Scores become weights e^(score − maximum so far); former sums are to be multiplied by `factors`.
inline void weigh(int64_t keys, int64_t vectors, const AttentionScratch& scratch) {
  for (int64_t at = 0; at < vectors * WIDTH; at += WIDTH) {
    float* const scores = scratch.scores + at;
    const Floats before = load(scratch.maxima + at);
    // Two chains, as each step waits for the one before.
    Floats even = before, odd = before;
    int64_t j = 0;
    for (; j + 2 <= keys; j += 2) {
      const Floats x = load(scores + j * kAttentionRows), y = load(scores + (j + 1) * kAttentionRows);
      even = select(x > even, x, even);
      odd = select(y > odd, y, odd);
    }
    if (j < keys) even = maximum(load(scores + j * kAttentionRows), even);
    const Floats best = select(odd > even, odd, even), factor = weight_of(before - best);
    Floats total = load(scratch.totals + at) * factor;
    for (j = 0; j < keys; j++) {
      const Floats weight = weight_of(load(scores + j * kAttentionRows) - best);
      store(scores + j * kAttentionRows, weight);
      total += weight;
    }
    store(scratch.maxima + at, best);
    store(scratch.totals + at, total);
    store(scratch.factors + at, factor);
  }
}

// f(first key, count, first key counted from the span's first, or −1 where all rows see all keys)
template <class F>
inline void for_key_blocks(const AttentionSizes& sizes, const QueryBlock& block, const F& f) {
  for (int64_t key = block.prefix_begin; key < block.prefix_end; key += kAttentionKeys)
    f(key, block.prefix_end - key < kAttentionKeys ? block.prefix_end - key : kAttentionKeys, int64_t{-1});
  const int64_t all = block.first / sizes.group + 1, seen = (block.first + block.count - 1) / sizes.group + 1;
  for (int64_t key = 0; key < seen; key += kAttentionKeys) {
    const int64_t keys = seen - key < kAttentionKeys ? seen - key : kAttentionKeys;
    f(block.own_begin + key, keys, key + keys > all ? key : -1);
  }
}

inline int64_t vectors_for(int64_t numbers) { return (numbers + WIDTH - 1) / WIDTH; }

// Multiplied rows back to where the block's rows stand.
inline void unpack_row(const AttentionSizes& sizes, const float* from, float factor, float* to) {
  int64_t i = 0;
  for (; i + WIDTH <= sizes.head_dim; i += WIDTH) store(to + i, load(from + i) * factor);
  if (i < sizes.head_dim) store_some(to + i, load(from + i) * factor, sizes.head_dim - i);
}

void attention_forward(const AttentionSizes& sizes, const QueryBlock& block, const AttentionForward& tensors, float* memory) {
  const AttentionScratch scratch = scratch_of(memory, sizes.packed_dim);
  const int64_t width = sizes.packed_dim, vectors = vectors_for(block.count);
  pack_queries(sizes, block, tensors.q, sizes.scale, scratch.q, scratch.across);
  for (int64_t i = 0; i < kAttentionRows; i += WIDTH) {
    store(scratch.maxima + i, splat(-kInfinity));
    store(scratch.totals + i, Floats{});
  }
  zero(kAttentionRows * width, scratch.sums);

  for_key_blocks(sizes, block, [&](int64_t key, int64_t keys, int64_t in_span) {
    score(sizes, keys, vectors, tensors.keys + key * width, scratch.across, scratch.scores);
    if (in_span >= 0) hide(sizes, block, in_span, keys, scratch.scores);
    weigh(keys, vectors, scratch);
    head_product<kHeadRows, kHeadVectors, Start::scaled_sum, true>(block.count, width / WIDTH, keys, scratch.scores, 0, tensors.values + key * width,
                                                                   width, scratch.sums, width, scratch.factors);
  });

  for (int64_t i = 0; i < vectors * WIDTH; i += WIDTH)
    store(scratch.maxima + i, load(scratch.maxima + i) + log(load(scratch.totals + i)));
  for_rows(sizes, block, [&](int64_t row, int64_t at, int64_t lse_at) {
    unpack_row(sizes, scratch.sums + row * width, 1.0f / scratch.totals[row], tensors.out + at);
    tensors.lse[lse_at] = scratch.maxima[row];
  });
}

// Scores become weights, d_scores (the slopes of the weights) those of the scores: w∘(slope − Σ w∘slope), where the sum is Σ dy∘out.
inline void slopes_of_scores(int64_t keys, int64_t vectors, const AttentionScratch& scratch) {
  for (int64_t at = 0; at < vectors * WIDTH; at += WIDTH) {
    const Floats lse = load(scratch.maxima + at), total = load(scratch.totals + at);
    for (int64_t j = 0; j < keys; j++) {
      float *const scores = scratch.scores + j * kAttentionRows + at, *const slopes = scratch.d_scores + j * kAttentionRows + at;
      const Floats weight = weight_of(load(scores) - lse);
      store(scores, weight);
      store(slopes, weight * (load(slopes) - total));
    }
  }
}

void attention_backward(const AttentionSizes& sizes, const QueryBlock& block, const AttentionBackward& tensors, float* memory) {
  const AttentionScratch scratch = scratch_of(memory, sizes.packed_dim);
  const int64_t width = sizes.packed_dim, vectors = vectors_for(block.count);
  // The output's rows stand for a moment where dq will be summed.
  pack_rows(sizes, block, tensors.out, 1, scratch.sums);
  pack_queries(sizes, block, tensors.q, sizes.scale, scratch.q, scratch.across);
  pack_queries(sizes, block, tensors.dy, 1, scratch.dy, scratch.dy_across);
  for (int64_t row = 0; row < kAttentionRows; row++) {
    Floats total{};
    for (int64_t i = row * width; i < (row + 1) * width; i += WIDTH) {
      total += load(scratch.dy + i) * load(scratch.sums + i);
      store(scratch.sums + i, Floats{});
    }
    scratch.totals[row] = sum_of(total);
    scratch.maxima[row] = 0;
  }
  for_rows(sizes, block, [&](int64_t row, int64_t, int64_t lse_at) { scratch.maxima[row] = tensors.lse[lse_at]; });

  for_key_blocks(sizes, block, [&](int64_t key, int64_t keys, int64_t in_span) {
    score(sizes, keys, vectors, tensors.keys + key * width, scratch.across, scratch.scores);
    score(sizes, keys, vectors, tensors.values + key * width, scratch.dy_across, scratch.d_scores);
    if (in_span >= 0) hide(sizes, block, in_span, keys, scratch.scores);
    slopes_of_scores(keys, vectors, scratch);
    const int64_t at = (key - tensors.d_begin) * width, columns = width / WIDTH;
    head_product<kHeadRows, kHeadVectors, Start::sum, false>(keys, columns, block.count, scratch.scores, kAttentionRows, scratch.dy, width,
                                                             tensors.d_values + at, width);
    head_product<kHeadRows, kHeadVectors, Start::sum, false>(keys, columns, block.count, scratch.d_scores, kAttentionRows, scratch.q, width,
                                                             tensors.d_keys + at, width);
    head_product<kHeadRows, kHeadVectors, Start::sum, true>(block.count, columns, keys, scratch.d_scores, 0, tensors.keys + key * width, width,
                                                            scratch.sums, width);
  });

  for_rows(sizes, block, [&](int64_t row, int64_t at, int64_t) {
    unpack_row(sizes, scratch.sums + row * width, sizes.scale, tensors.dq + at);
  });
}

constexpr AttentionKernels attention_kernels = {attention_forward, attention_backward};
