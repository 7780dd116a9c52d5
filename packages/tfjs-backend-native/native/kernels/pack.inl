// Packing: see tile.h. A panel is kWidth rows of A or columns of B, stored as [k][kWidth] words.
//
// Where the source is contiguous along the panel's width, its rows are copied; where it is contiguous along k, it is transposed, 4×4 at a
// time. Both read whole cache lines: with a leading dimension of 4096 bytes all rows fall into one set of the cache.

typedef float Quad __attribute__((vector_size(16)));
typedef uint32_t QuadBits __attribute__((vector_size(16)));

inline Quad load_quad(const float* from) {
  Quad quad;
  __builtin_memcpy(&quad, from, sizeof quad);
  return quad;
}

// Words of two numbers that are neighbours in k, given as vectors of the even and of the odd ones.
template <class V, class B>
inline V paired(V even, V odd) {
  return (V)(rounded_to_bf16<V, B>(even) | rounded_to_bf16<V, B>(odd) << 16);
}

// A word at a time, for edges: number `kk` of k at from[kk · stride], zeros beyond k.
template <class Number>
inline float single_word(const float* from, int64_t stride, int64_t step, int64_t k) {
  const int64_t at = step * Number::kDepth;
  if constexpr (Number::kDepth == 1) {
    return from[at * stride];
  } else {
    const Quad even = {from[at * stride]}, odd = {at + 1 < k ? from[(at + 1) * stride] : 0};
    return paired<Quad, QuadBits>(even, odd)[0];
  }
}

// How many rows ahead a source is fetched.
constexpr int64_t kAhead = 12;

// One panel of `extent` ≤ kWidth from a source [k, extent].
template <class Number, int kWidth>
void pack_copying(int64_t extent, int64_t k, const float* from, int64_t ld, float* panel) {
  const int64_t whole_steps = extent == kWidth ? k / Number::kDepth : 0;
  const int64_t steps = (k + Number::kDepth - 1) / Number::kDepth;
  for (int64_t step = 0; step < whole_steps; step++, panel += kWidth) {
    const float* row = from + step * Number::kDepth * ld;
    // The hardware foresees no jumps to other pages.
    for (int line = 0; line < kWidth; line += 16) __builtin_prefetch(row + kAhead * ld + line);
    int i = 0;
    if constexpr (Number::kDepth == 1) {
      __builtin_memcpy(panel, row, kWidth * sizeof(float));
    } else {
#pragma GCC unroll 4
      for (; i + WIDTH <= kWidth; i += WIDTH)
        store(panel + i, paired<Floats, Bits>(load(row + i), load(row + ld + i)));
      for (; i < kWidth; i++) panel[i] = single_word<Number>(row + i, ld, 0, Number::kDepth);
    }
  }
  for (int64_t step = whole_steps; step < steps; step++, panel += kWidth)
    for (int i = 0; i < kWidth; i++) panel[i] = i < extent ? single_word<Number>(from + i, ld, step, k) : 0;
}

// Four words of each of `kRows` ≤ 4 rows, transposed: to[step · width + row].
template <int kRows>
inline void store_transposed(const Quad (&rows)[4], float* to, int64_t width) {
  const Quad low = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
  const Quad high = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
  const Quad low2 = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  const Quad high2 = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  const Quad columns[4] = {
      __builtin_shufflevector(low, low2, 0, 1, 4, 5), __builtin_shufflevector(low, low2, 2, 3, 6, 7),
      __builtin_shufflevector(high, high2, 0, 1, 4, 5), __builtin_shufflevector(high, high2, 2, 3, 6, 7)};
#pragma GCC unroll 4
  for (int step = 0; step < 4; step++) __builtin_memcpy(to + step * width, &columns[step], kRows * sizeof(float));
}

// Four words that stand in k at from.
template <class Number>
inline Quad four_words(const float* from) {
  const Quad first = load_quad(from);
  if constexpr (Number::kDepth == 1) return first;
  const Quad second = load_quad(from + 4);
  return paired<Quad, QuadBits>(__builtin_shufflevector(first, second, 0, 2, 4, 6),
                                __builtin_shufflevector(first, second, 1, 3, 5, 7));
}

// Steps [0, kSteps) of kRows rows.
template <class Number, int kSteps, int kRows>
inline void transpose_rows(const float* from, int64_t ld, float* to, int64_t width) {
#pragma GCC unroll 4
  for (int step = 0; step < kSteps; step += 4) {
    Quad rows[4] = {};
#pragma GCC unroll 4
    for (int row = 0; row < kRows; row++) rows[row] = four_words<Number>(from + row * ld + step * Number::kDepth);
    store_transposed<kRows>(rows, to + step * width, width);
  }
}

// One panel of `extent` ≤ kWidth from a source [extent, k].
template <class Number, int kWidth>
void pack_transposing(int64_t extent, int64_t k, const float* from, int64_t ld, float* panel) {
  constexpr int kSteps = 16 / Number::kDepth;  // a cache line of the source
  const int64_t whole_steps = extent == kWidth ? k / 16 * kSteps : 0;
  const int64_t steps = (k + Number::kDepth - 1) / Number::kDepth;
  for (int64_t step = 0; step < whole_steps; step += kSteps) {
    const float* column = from + step * Number::kDepth;
    float* to = panel + step * kWidth;
    int row = 0;
    for (; row + 4 <= kWidth; row += 4) transpose_rows<Number, kSteps, 4>(column + row * ld, ld, to + row, kWidth);
    if constexpr (kWidth % 4 != 0) transpose_rows<Number, kSteps, kWidth % 4>(column + row * ld, ld, to + row, kWidth);
  }
  for (int64_t step = whole_steps; step < steps; step++)
    for (int row = 0; row < kWidth; row++)
      panel[step * kWidth + row] = row < extent ? single_word<Number>(from + row * ld, 1, step, k) : 0;
}

template <class Number, int kWidth>
void pack_panels(int64_t extent, int64_t k, const float* from, int64_t ld, bool contiguous_in_k, float* panels) {
  const int64_t steps = (k + Number::kDepth - 1) / Number::kDepth;
  for (int64_t begin = 0; begin < extent; begin += kWidth, panels += kWidth * steps) {
    const int64_t width = extent - begin < kWidth ? extent - begin : kWidth;
    if (contiguous_in_k) pack_transposing<Number, kWidth>(width, k, from + begin * ld, ld, panels);
    else pack_copying<Number, kWidth>(width, k, from + begin, ld, panels);
  }
}
