#include "kernels/tile.h"

#include <cmath>
#include <vector>

namespace native {
namespace {

// Numbers that bfloat16 holds exactly, so that the precisions agree too.
float sample(int64_t i) { return static_cast<float>(i * 37 % 23 - 11) / 8; }

constexpr int64_t kDepth = 19;

std::vector<float> product(const Tile& tile, bool transposed, int64_t m, int64_t n) {
  std::vector<float> a(static_cast<size_t>(m * kDepth)), b(static_cast<size_t>(n * kDepth)), c(static_cast<size_t>(m * n));
  for (size_t i = 0; i < a.size(); i++) a[i] = sample(static_cast<int64_t>(i));
  for (size_t i = 0; i < b.size(); i++) b[i] = sample(static_cast<int64_t>(i) + 5);
  for (size_t i = 0; i < c.size(); i++) c[i] = sample(static_cast<int64_t>(i) + 7);
  std::vector<float> a_panels(static_cast<size_t>(tile_words(tile, tile.rows, m, kDepth)));
  std::vector<float> b_panels(static_cast<size_t>(tile_words(tile, tile.columns, n, kDepth)));
  tile.pack_a(m, kDepth, a.data(), transposed ? m : kDepth, transposed, a_panels.data());
  tile.pack_b(kDepth, n, b.data(), transposed ? kDepth : n, transposed, b_panels.data());
  const Operand packed_a = {a_panels.data()}, packed_b = {b_panels.data()};
  tile.multiply(m, n, kDepth, packed_a, packed_b, c.data(), n, {.scale = 0.5f, .accumulate = true, .bias = b.data()});
  // Once more, of what is stored; of B only whole vectors of columns.
  const bool stored = tile.takes_stored && !transposed;
  const int64_t whole = n / tile.columns * tile.columns;
  const Operand some_a = stored ? Operand{a.data(), kDepth} : packed_a;
  tile.multiply(m, n, kDepth, some_a, packed_b, c.data(), n, {.accumulate = true});
  tile.multiply(m, whole, kDepth, some_a, stored ? Operand{b.data(), n} : packed_b, c.data(), n, {.accumulate = true});
  return c;
}

bool close(const std::vector<float>& x, const std::vector<float>& y) {
  for (size_t i = 0; i < x.size(); i++)
    if (!(std::fabs(x[i] - y[i]) <= 1e-3f)) return false;
  return true;
}

bool agrees(const Tile& candidate, const Tile& reference) {
  const int64_t m = candidate.rows + 1, n = candidate.columns + 1;
  for (const bool transposed : {false, true})
    if (!close(product(candidate, transposed, m, n), product(reference, transposed, m, n))) return false;
  return true;
}

}  // namespace

bool agrees(const TileKernels& candidate, const TileKernels& portable) {
  if (!agrees(candidate.f32, portable.f32) || !agrees(candidate.bf16_emulated, portable.bf16_emulated)) return false;
  return !candidate.has(Precision::bf16) || agrees(candidate.bf16, portable.bf16_emulated);
}

}  // namespace native
