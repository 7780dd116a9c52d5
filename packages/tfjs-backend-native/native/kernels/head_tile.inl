// Products of which one side is as narrow as a head and the other short: a tile of the result stays in registers, and neither operand is
// packed, since packing would not be paid back. tile.inl is for all others.

enum class Start { zero, sum, scaled_sum };

// c = start + a·b: kRows × kVectors vectors, of which the first `live` rows are there. Number k of row i of a stands at a[i · ld_a + k] or, if
// transposed, at a[k · kAttentionRows + i]; rows of a that are not live must be readable.
template <int kRows, int kVectors, Start kStart, bool kTransposed>
__attribute__((always_inline)) inline void head_tile(int64_t live, int64_t depth, const float* a, int64_t ld_a, const float* b, int64_t ld_b,
                                                     float* c, int64_t ld_c, const float* factors) {
  Floats sums[kRows][kVectors];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++) {
      if (kStart == Start::zero || i >= live) sums[i][j] = Floats{};
      else sums[i][j] = load(c + i * ld_c + j * WIDTH) * (kStart == Start::scaled_sum ? factors[i] : 1.0f);
    }
#pragma GCC unroll 2
  for (int64_t k = 0; k < depth; k++) {
    Floats row[kVectors];
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++) row[j] = load(b + k * ld_b + j * WIDTH);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; i++) {
      const Floats number = splat(kTransposed ? a[k * kAttentionRows + i] : a[i * ld_a + k]);
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++) sums[i][j] += number * row[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; i++)
    if (i < live)
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++) store(c + i * ld_c + j * WIDTH, sums[i][j]);
}

// A column of tiles, `vectors` ≤ kVectors wide.
template <int kRows, int kVectors, Start kStart, bool kTransposed>
void head_tiles(int64_t vectors, int64_t rows, int64_t depth, const float* a, int64_t ld_a, const float* b, int64_t ld_b, float* c,
                int64_t ld_c, const float* factors) {
  if constexpr (kVectors > 1)
    if (vectors < kVectors)
      return head_tiles<kRows, kVectors - 1, kStart, kTransposed>(vectors, rows, depth, a, ld_a, b, ld_b, c, ld_c, factors);
  for (int64_t i = 0; i < rows; i += kRows)
    head_tile<kRows, kVectors, kStart, kTransposed>(rows - i, depth, kTransposed ? a + i : a + i * ld_a, ld_a, b, ld_b, c + i * ld_c, ld_c,
                                                    kStart == Start::scaled_sum ? factors + i : nullptr);
}

// c = start + a·b as head_tile has it, of any size: c [rows, vectors · WIDTH], factors [rows].
template <int kRows, int kVectors, Start kStart, bool kTransposed>
inline void head_product(int64_t rows, int64_t vectors, int64_t depth, const float* a, int64_t ld_a, const float* b, int64_t ld_b, float* c,
                         int64_t ld_c, const float* factors = nullptr) {
  // Columns of tiles of nearly equal widths: narrow ones cannot keep the units busy.
  const int64_t parts = (vectors + kVectors - 1) / kVectors;
  for (int64_t part = 0; part < parts; part++) {
    const int64_t begin = vectors * part / parts, end = vectors * (part + 1) / parts;
    head_tiles<kRows, kVectors, kStart, kTransposed>(end - begin, rows, depth, a, ld_a, b + begin * WIDTH, ld_b, c + begin * WIDTH, ld_c,
                                                     factors);
  }
}
