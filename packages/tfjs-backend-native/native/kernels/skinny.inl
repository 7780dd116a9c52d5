// See skinny.h. A sum is the same whatever part of n a call is given.

// Rows of B that are added at a time, so that sums are loaded and stored once for all of them; they are the streams that the hardware
// prefetches.
constexpr int kStreams = 8;

// Sums that stay in the first-level cache.
constexpr int64_t kStretch = 1024;

template <int kRows>
inline void add_rows(int64_t n, const float* x, const float* b, int64_t ld, float* sums, bool first) {
  Floats factors[kRows];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; i++) factors[i] = splat(x[i]);
  int64_t j = 0;
  for (; j + WIDTH <= n; j += WIDTH) {
    Floats sum = first ? Floats{} : load(sums + j);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; i++) sum += factors[i] * load(b + i * ld + j);
    store(sums + j, sum);
  }
  if (j == n) return;
  Floats sum = first ? Floats{} : load_some(sums + j, n - j);
  for (int i = 0; i < kRows; i++) sum += factors[i] * load_some(b + i * ld + j, n - j);
  store_some(sums + j, sum, n - j);
}

void combine(int64_t rows, int64_t n, int64_t k, const float* x, const float* b, int64_t ld, float* sums, int64_t ld_sums) {
  for (int64_t begin = 0; begin < n; begin += kStretch) {
    const int64_t count = n - begin < kStretch ? n - begin : kStretch;
    if (k == 0)
      for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < count; j++) sums[i * ld_sums + begin + j] = 0;
    int64_t step = 0;
    for (; step + kStreams <= k; step += kStreams)
      for (int64_t i = 0; i < rows; i++)
        add_rows<kStreams>(count, x + i * k + step, b + step * ld + begin, ld, sums + i * ld_sums + begin, step == 0);
    for (; step < k; step++)
      for (int64_t i = 0; i < rows; i++)
        add_rows<1>(count, x + i * k + step, b + step * ld + begin, ld, sums + i * ld_sums + begin, step == 0);
  }
}

// kRows × kColumns dot products of rows of x with rows of stored B, side by side.
template <int kRows, int kColumns>
inline void dot_products(int64_t k, const float* x, const float* b, int64_t ld, float* sums, int64_t ld_sums) {
  Floats dots[kRows][kColumns];
#pragma GCC unroll 4
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kColumns; j++) dots[i][j] = Floats{};
  const auto add = [&](int64_t step, const auto& load_at) {
    Floats columns[kColumns];
#pragma GCC unroll 4
    for (int j = 0; j < kColumns; j++) columns[j] = load_at(b + j * ld + step);
#pragma GCC unroll 4
    for (int i = 0; i < kRows; i++) {
      const Floats row = load_at(x + i * k + step);
#pragma GCC unroll 4
      for (int j = 0; j < kColumns; j++) dots[i][j] += row * columns[j];
    }
  };
  int64_t step = 0;
  for (; step + WIDTH <= k; step += WIDTH) add(step, [](const float* from) { return load(from); });
  if (step < k) add(step, [&](const float* from) { return load_some(from, k - step); });
  for (int i = 0; i < kRows; i++)
    for (int j = 0; j < kColumns; j++) sums[i * ld_sums + j] = sum_of(dots[i][j]);
}

template <int kColumns>
inline void dot_rows(int64_t rows, int64_t k, const float* x, const float* b, int64_t ld, float* sums, int64_t ld_sums) {
  int64_t i = 0;
  for (; i + 4 <= rows; i += 4) dot_products<4, kColumns>(k, x + i * k, b, ld, sums + i * ld_sums, ld_sums);
  for (; i < rows; i++) dot_products<1, kColumns>(k, x + i * k, b, ld, sums + i * ld_sums, ld_sums);
}

void dot(int64_t rows, int64_t n, int64_t k, const float* x, const float* b, int64_t ld, float* sums, int64_t ld_sums) {
  int64_t j = 0;
  for (; j + 4 <= n; j += 4) dot_rows<4>(rows, k, x, b + j * ld, ld, sums + j, ld_sums);
  for (; j < n; j++) dot_rows<1>(rows, k, x, b + j * ld, ld, sums + j, ld_sums);
}

constexpr SkinnyKernels skinny_kernels = {combine, dot};
