// The micro-kernel: see tile.h. TILE_ROWS × TILE_VECTORS sums, one row of B and one number of A fill the vector registers.

constexpr int kTileRows = TILE_ROWS, kTileVectors = TILE_VECTORS, kTileColumns = TILE_VECTORS * WIDTH;

// A panel of packed A.
struct PackedRows {
  const float* panel;
  const float* word(int64_t step, int row) const { return panel + step * kTileRows + row; }
};

// Rows of A as they are stored. Few as they are, their caches and pages are found again as fast as a panel.
struct StoredRows {
  const float* rows[kTileRows];
  // `m` of them; the last stands in for those beyond.
  StoredRows(const float* a, int64_t ld, int64_t m) {
    for (int i = 0; i < kTileRows; i++) rows[i] = a + (i < m ? i : m - 1) * ld;
  }
  const float* word(int64_t step, int row) const { return rows[row] + step; }
};

// A panel of packed B.
struct PackedColumns {
  const float* panel;
  const float* row(int64_t step) const { return panel + step * kTileColumns; }
};

// Columns of B as they are stored: for few rows of A, which would not pay for the packing.
struct StoredColumns {
  const float* columns;
  int64_t ld;
  const float* row(int64_t step) const { return columns + step * ld; }
};

// Sums of a tile over `steps` words of k. Each word of A meets the whole row of B: kTileRows · kVectors multiply-adds for
// kTileRows + kVectors loads.
template <class Number, int kVectors, class A, class B>
inline void sum_tile(int64_t steps, const A a, const B b, Floats (&sums)[kTileRows][kVectors]) {
#pragma GCC unroll 16
  for (int i = 0; i < kTileRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++) sums[i][j] = Floats{};

#pragma GCC unroll 4
  for (int64_t step = 0; step < steps; step++) {
    Floats row_of_b[kVectors];
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++) row_of_b[j] = load(b.row(step) + j * WIDTH);
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; i++) {
      const Floats number_of_a = splat_word(a.word(step, i));
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

// m ≤ kTileRows times n ≤ kVectors · WIDTH numbers of C.
template <class Number, int kVectors, class A, class B>
void multiply_tile(int64_t m, int64_t n, int64_t steps, const A& a, const B& b, float* c, int64_t ld, const TileUpdate& update) {
  constexpr int kColumns = kVectors * WIDTH;
  // C is there when the sums are: a cache line holds 16 numbers.
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < kColumns; j += 16) __builtin_prefetch(c + i * ld + (j < n ? j : n - 1), 1);
  Floats sums[kTileRows][kVectors];
  sum_tile<Number>(steps, a, b, sums);

  const bool plain = update.scale == 1 && update.bias == nullptr && update.residual == nullptr;
  if (m == kTileRows && n == kColumns && plain) {
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; i++)
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++) {
        float* to = c + i * ld + j * WIDTH;
        store(to, update.accumulate ? load(to) + sums[i][j] : sums[i][j]);
      }
  } else {
    float stored[kTileRows * kColumns];
#pragma GCC unroll 16
    for (int i = 0; i < kTileRows; i++)
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++) store(stored + i * kColumns + j * WIDTH, sums[i][j]);
    update_rows(m, n, stored, kColumns, c, ld, update);
  }
}

// The last panel of B may need fewer vectors.
template <class Number, int kVectors = kTileVectors, class A, class B>
void multiply_any_tile(int64_t m, int64_t n, int64_t steps, const A& a, const B& b, float* c, int64_t ld, const TileUpdate& update) {
  if constexpr (kVectors > 1)
    if (n <= (kVectors - 1) * WIDTH) return multiply_any_tile<Number, kVectors - 1>(m, n, steps, a, b, c, ld, update);
  multiply_tile<Number, kVectors>(m, n, steps, a, b, c, ld, update);
}

// A panel of B, columns_of(j), meets all rows of A, rows_of(i) and what follows, and stays in the nearest cache that holds it.
template <class Number, class RowsOf, class ColumnsOf>
void multiply_panels(int64_t m, int64_t n, int64_t steps, const RowsOf& rows_of, const ColumnsOf& columns_of, float* c, int64_t ld,
                     const TileUpdate& update) {
  for (int64_t j = 0; j < n; j += kTileColumns) {
    const auto columns = columns_of(j);
    TileUpdate here = update;
    here.bias = at(update.bias, j);
    for (int64_t i = 0; i < m; i += kTileRows) {
      here.residual = at(update.residual, i * update.residual_ld + j);
      multiply_any_tile<Number>(m - i < kTileRows ? m - i : kTileRows, n - j < kTileColumns ? n - j : kTileColumns, steps, rows_of(i),
                                columns, c + i * ld + j, ld, here);
    }
  }
}

template <class Number>
void multiply_operands(int64_t m, int64_t n, int64_t k, const Operand& a, const Operand& b, float* c, int64_t ld,
                       const TileUpdate& update) {
  const int64_t steps = (k + Number::kDepth - 1) / Number::kDepth;
  const auto with = [&](const auto& rows_of) {
    if constexpr (Number::kDepth == 1)
      if (b.ld != 0)
        return multiply_panels<Number>(m, n, steps, rows_of, [&](int64_t j) { return StoredColumns{b.data + j, b.ld}; }, c, ld, update);
    multiply_panels<Number>(m, n, steps, rows_of, [&](int64_t j) { return PackedColumns{b.data + j * steps}; }, c, ld, update);
  };
  if constexpr (Number::kDepth == 1)
    if (a.ld != 0) return with([&](int64_t row) { return StoredRows(a.data + row * a.ld, a.ld, m - row); });
  with([&](int64_t row) { return PackedRows{a.data + row * steps}; });
}

template <class Number>
void pack_a(int64_t m, int64_t k, const float* a, int64_t ld, bool transposed, float* panels) {
  pack_panels<Number, kTileRows>(m, k, a, ld, !transposed, panels);
}

template <class Number>
void pack_b(int64_t k, int64_t n, const float* b, int64_t ld, bool transposed, float* panels) {
  pack_panels<Number, kTileColumns>(n, k, b, ld, transposed, panels);
}

template <class Number>
constexpr Tile tile_of = {
    kTileRows, kTileColumns, Number::kDepth, pack_a<Number>, pack_b<Number>, multiply_operands<Number>, Number::kDepth == 1,
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
