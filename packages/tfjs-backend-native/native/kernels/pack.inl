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
inline Floats paired(Floats even, Floats odd) { return (Floats)(rounded_to_bf16(even) | rounded_to_bf16(odd) << 16); }
inline Quad paired_quads(Quad even, Quad odd) {
  return (Quad)(rounded_to_bf16<Quad, QuadBits>(even) | rounded_to_bf16<Quad, QuadBits>(odd) << 16);
}

// A word at a time, for edges: number `kk` of k at from[kk · stride], zeros beyond k.
template <class Number>
inline float single_word(const float* from, int64_t stride, int64_t step, int64_t k) {
  const int64_t at = step * Number::kDepth;
  if constexpr (Number::kDepth == 1) {
    return from[at * stride];
  } else {
    const Quad even = {from[at * stride]}, odd = {at + 1 < k ? from[(at + 1) * stride] : 0};
    return paired_quads(even, odd)[0];
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
    if constexpr (Number::kDepth == 1) {
      __builtin_memcpy(panel, row, kWidth * sizeof(float));
    } else if constexpr (kWidth % WIDTH == 0) {
#pragma GCC unroll 4
      for (int i = 0; i < kWidth; i += WIDTH) store(panel + i, paired(load(row + i), load(row + ld + i)));
    } else {
      static_assert(kWidth >= 4);
#pragma GCC unroll 4
      for (int i = 0; i < kWidth; i += 4) {
        const int at = i + 4 <= kWidth ? i : kWidth - 4;  // the last four may meet others again
        const Quad words = paired_quads(load_quad(row + at), load_quad(row + ld + at));
        __builtin_memcpy(panel + at, &words, sizeof words);
      }
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

// The words of a cache line: 16 numbers that stand in k at `from`.
template <class Number>
inline void words_of_line(const float* from, Quad (&words)[4 / Number::kDepth]) {
  if constexpr (Number::kDepth == 1) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) words[i] = load_quad(from + 4 * i);
#if WIDTH == 4
  } else {
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) {
      const Quad first = load_quad(from + 8 * i), second = load_quad(from + 8 * i + 4);
      words[i] = paired_quads(__builtin_shufflevector(first, second, 0, 2, 4, 6), __builtin_shufflevector(first, second, 1, 3, 5, 7));
    }
#else
  } else {
    typedef uint64_t Pairs __attribute__((vector_size(WIDTH * 4)));
#pragma GCC unroll 2
    for (int at = 0; at < 16; at += WIDTH) {
      const Pairs pairs = (Pairs)rounded_to_bf16(load(from + at));
      const Bits joined = (Bits)(pairs | pairs >> 16);  // each pair's word in its even lane
      words[at / 8] = (Quad)__builtin_shufflevector(joined, joined, 0, 2, 4, 6);
#if WIDTH == 16
      words[1] = (Quad)__builtin_shufflevector(joined, joined, 8, 10, 12, 14);
#endif
    }
#endif
  }
}

// A cache line of each of kRows rows.
template <class Number, int kRows>
inline void transpose_lines(const float* from, int64_t ld, float* to, int64_t width) {
  constexpr int kQuads = 4 / Number::kDepth;
  Quad words[4][kQuads] = {};
#pragma GCC unroll 4
  for (int row = 0; row < kRows; row++) words_of_line<Number>(from + row * ld, words[row]);
#pragma GCC unroll 4
  for (int quad = 0; quad < kQuads; quad++) {
    const Quad rows[4] = {words[0][quad], words[1][quad], words[2][quad], words[3][quad]};
    store_transposed<kRows>(rows, to + 4 * quad * width, width);
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
    for (; row + 4 <= kWidth; row += 4) transpose_lines<Number, 4>(column + row * ld, ld, to + row, kWidth);
    if constexpr (kWidth % 4 != 0) transpose_lines<Number, kWidth % 4>(column + row * ld, ld, to + row, kWidth);
  }
  for (int64_t step = whole_steps; step < steps; step++)
    for (int row = 0; row < kWidth; row++)
      panel[step * kWidth + row] = row < extent ? single_word<Number>(from + row * ld, 1, step, k) : 0;
}

template <class Number, int kWidth>
void pack_panels(int64_t extent, int64_t k, const float* from, int64_t ld, bool contiguous_in_k, float* panels) {
  const int64_t steps = (k + Number::kDepth - 1) / Number::kDepth;
  // Narrow panels share the cache lines of their source: a few of its rows are copied to all panels while they are there.
  const int64_t together = contiguous_in_k || kWidth % 16 == 0 ? k : 16;
  for (int64_t row = 0; row < k; row += together) {
    const int64_t rows = k - row < together ? k - row : together;
    float* panel = panels + row / Number::kDepth * kWidth;
    for (int64_t begin = 0; begin < extent; begin += kWidth, panel += kWidth * steps) {
      const int64_t width = extent - begin < kWidth ? extent - begin : kWidth;
      if (contiguous_in_k) pack_transposing<Number, kWidth>(width, rows, from + begin * ld, ld, panel);
      else pack_copying<Number, kWidth>(width, rows, from + row * ld + begin, ld, panel);
    }
  }
}
