#include "gemm/skinny.h"

#include <algorithm>

#include "instruction-sets/kernel_set.h"
#include "runtime/scratch.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// Up to so many rows reading the matrix as it is stored beats packing it; a tile that reads A as it is stored does well for all but the
// narrowest columns.
constexpr int64_t kFewRows = 16, kFewColumns = 4;

// Multiply-adds that are worth a thread of their own: some 20 µs.
constexpr int64_t kGrain = int64_t{1} << 18;

// sums [rows, n] = x · matrix, or of the transposed product if A is the matrix: C = A·B as Cᵀ = Bᵀ·Aᵀ.
struct Skinny {
  bool turned;
  int64_t rows, n;
  Matrix x, matrix;  // `transposed` as in sums = op(x) · op(matrix)
};

Skinny skinny_of(const Gemm& gemm) {
  if (gemm.m <= kFewRows) return {false, gemm.m, gemm.n, gemm.a, gemm.b};
  const auto turn = [](Matrix matrix) { return Matrix{matrix.data, matrix.ld, !matrix.transposed}; };
  return {true, gemm.n, gemm.m, turn(gemm.b), turn(gemm.a)};
}

// x [rows, k] without gaps.
void gather(const Skinny& skinny, int64_t k, float* to) {
  const auto [data, ld, transposed] = skinny.x;
  for (int64_t i = 0; i < skinny.rows; i++)
    for (int64_t step = 0; step < k; step++) *to++ = data[transposed ? step * ld + i : i * ld + step];
}

// C from the sums of the columns [begin, end) of n.
void update(const Gemm& gemm, const Skinny& skinny, const float* sums, int64_t begin, int64_t end) {
  const TileUpdate& how = gemm.update;
  for (int64_t i = 0; i < skinny.rows; i++)
    for (int64_t j = begin; j < end; j++) {
      const int64_t row = skinny.turned ? j : i, column = skinny.turned ? i : j;
      float& c = gemm.c[row * gemm.ldc + column];
      float value = sums[i * skinny.n + j] * how.scale;
      if (how.accumulate) value += c;
      if (how.bias != nullptr) value += how.bias[column];
      if (how.residual != nullptr) value += how.residual[row * how.residual_ld + column];
      c = value;
    }
}

void multiply_columns(const Gemm& gemm, const Skinny& skinny, const float* x, float* sums, int64_t begin, int64_t end) {
  const SkinnyKernels& kernel = kernels().skinny;
  const auto [data, ld, transposed] = skinny.matrix;
  if (transposed) kernel.dot(skinny.rows, end - begin, gemm.k, x, data + begin * ld, ld, sums + begin, skinny.n);
  else kernel.combine(skinny.rows, end - begin, gemm.k, x, data + begin, ld, sums + begin, skinny.n);
  update(gemm, skinny, sums, begin, end);
}

void multiply_parts(const Gemm& gemm, int64_t grain, float* memory) {
  const Skinny skinny = skinny_of(gemm);
  float* const sums = memory + skinny.rows * gemm.k;
  const float* x = skinny.x.data;
  if (skinny.x.transposed || skinny.x.ld != gemm.k) {
    gather(skinny, gemm.k, memory);
    x = memory;
  }
  if (grain >= skinny.n) multiply_columns(gemm, skinny, x, sums, 0, skinny.n);
  else
    parallel_parts(skinny.n, grain, [&](int64_t begin, int64_t end, int64_t) { multiply_columns(gemm, skinny, x, sums, begin, end); });
}

}  // namespace

bool is_skinny(const Gemm& gemm) {
  return gemm.precision == Precision::f32 && (gemm.m <= kFewRows || gemm.n <= kFewColumns);
}

int64_t skinny_words(const Gemm& gemm) {
  const Skinny skinny = skinny_of(gemm);
  return skinny.rows * (gemm.k + skinny.n);
}

void multiply_skinny_serially(const Gemm& gemm, float* memory) { multiply_parts(gemm, INT64_MAX, memory); }

bool multiply_skinny(const Gemm& gemm) {
  if (!is_skinny(gemm)) return false;
  const int64_t rows = std::min(gemm.m, gemm.n);
  multiply_parts(gemm, std::max<int64_t>(64, kGrain / std::max<int64_t>(1, rows * gemm.k)), scratch_floats(skinny_words(gemm)));
  return true;
}

}  // namespace native
