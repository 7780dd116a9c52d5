// The micro-kernel: see tile.h. TILE_ROWS × TILE_VECTORS sums, one row of B and one number of A fill the vector registers.

// Sums of a tile over `steps` words of k. Each word of A meets the whole row of B: kRows · kVectors multiply-adds for kRows + kVectors loads.
template <class Number, int kRows, int kVectors>
inline void sum_tile(int64_t steps, const float* __restrict a, const float* __restrict b, Floats (&sums)[kRows][kVectors]) {
#pragma GCC unroll 16
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++) sums[i][j] = Floats{};

  for (int64_t step = 0; step < steps; step++, a += kRows, b += kVectors * WIDTH) {
    Floats row_of_b[kVectors];
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++) row_of_b[j] = load(b + j * WIDTH);
#pragma GCC unroll 16
    for (int i = 0; i < kRows; i++) {
      const Floats number_of_a = splat_word(a + i);
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++) sums[i][j] = Number::multiply_add(sums[i][j], number_of_a, row_of_b[j]);
    }
  }
}

inline Floats updated(Floats sum, Floats c, const float* bias, const float* residual, const TileUpdate& update) {
  Floats value = sum * update.scale;
  if (update.accumulate) value += c;
  if (bias != nullptr) value += load(bias);
  if (residual != nullptr) value += load(residual);
  return value;
}

inline float updated(float sum, float c, const float* bias, const float* residual, const TileUpdate& update) {
  float value = sum * update.scale;
  if (update.accumulate) value += c;
  if (bias != nullptr) value += *bias;
  if (residual != nullptr) value += *residual;
  return value;
}

inline const float* at(const float* row, int64_t offset) { return row == nullptr ? nullptr : row + offset; }

// Writes m × n numbers of C from sums that were stored in rows of `ld_sums`: the edges, and every update but plain accumulation.
inline void update_rows(int64_t m, int64_t n, const float* sums, int64_t ld_sums, float* c, int64_t ld, const TileUpdate& update) {
  for (int64_t i = 0; i < m; i++, sums += ld_sums, c += ld) {
    const float* residual = at(update.residual, i * update.residual_ld);
    int64_t j = 0;
    for (; j + WIDTH <= n; j += WIDTH)
      store(c + j, updated(load(sums + j), load(c + j), at(update.bias, j), at(residual, j), update));
    for (; j < n; j++) c[j] = updated(sums[j], c[j], at(update.bias, j), at(residual, j), update);
  }
}

template <class Number>
void multiply_tile(int64_t m, int64_t n, int64_t steps, const float* a, const float* b, float* c, int64_t ld, const TileUpdate& update) {
  constexpr int kRows = TILE_ROWS, kVectors = TILE_VECTORS, kColumns = kVectors * WIDTH;
#pragma GCC unroll 1
  for (int64_t i = 0; i < m; i++) {  // C is there when the sums are
    __builtin_prefetch(c + i * ld, 1);
    __builtin_prefetch(c + i * ld + n - 1, 1);
  }
  Floats sums[kRows][kVectors];
  sum_tile<Number>(steps, a, b, sums);

  const bool plain = update.scale == 1 && update.bias == nullptr && update.residual == nullptr;
  if (m == kRows && n == kColumns && plain) {
#pragma GCC unroll 16
    for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++) {
        float* to = c + i * ld + j * WIDTH;
        store(to, update.accumulate ? load(to) + sums[i][j] : sums[i][j]);
      }
  } else {
    float stored[kRows * kColumns];
#pragma GCC unroll 16
    for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++) store(stored + i * kColumns + j * WIDTH, sums[i][j]);
    update_rows(m, n, stored, kColumns, c, ld, update);
  }
}

// A panel of B stays in the first-level cache while the panels of A pass by.
template <class Number>
void multiply_panels(int64_t m, int64_t n, int64_t k, const float* a_panels, const float* b_panels, float* c, int64_t ld,
                     const TileUpdate& update) {
  constexpr int64_t kRows = TILE_ROWS, kColumns = TILE_VECTORS * WIDTH;
  const int64_t steps = (k + Number::kDepth - 1) / Number::kDepth;
  for (int64_t j = 0; j < n; j += kColumns) {
    TileUpdate here = update;
    here.bias = at(update.bias, j);
    for (int64_t i = 0; i < m; i += kRows) {
      here.residual = at(update.residual, i * update.residual_ld + j);
      multiply_tile<Number>(m - i < kRows ? m - i : kRows, n - j < kColumns ? n - j : kColumns, steps,
                            a_panels + i * steps, b_panels + j * steps, c + i * ld + j, ld, here);
    }
  }
}

template <class Number>
void pack_a(int64_t m, int64_t k, const float* a, int64_t ld, bool transposed, float* panels) {
  pack_panels<Number, TILE_ROWS>(m, k, a, ld, !transposed, panels);
}

template <class Number>
void pack_b(int64_t k, int64_t n, const float* b, int64_t ld, bool transposed, float* panels) {
  pack_panels<Number, TILE_VECTORS * WIDTH>(n, k, b, ld, transposed, panels);
}

template <class Number>
constexpr Tile tile_of = {
    TILE_ROWS, TILE_VECTORS * WIDTH, Number::kDepth, pack_a<Number>, pack_b<Number>, multiply_panels<Number>,
};

constexpr TileKernels tile_kernels = {
    .f32 = tile_of<F32>,
#ifdef BF16_DOT
    .bf16 = tile_of<Bf16>,
#else
    .bf16 = {},
#endif
    .bf16_emulated = tile_of<Bf16Emulated>,
};
