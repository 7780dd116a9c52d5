#include "gemm/gemm.h"

#include <algorithm>
#include <atomic>

#include "instruction-sets/kernel_set.h"
#include "runtime/scratch.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// A slab of k at a time, so that a panel of B (kSlab × tile.columns) stays in the first-level cache and a block of A (kBlock × kSlab) in the
// second-level cache; kWide columns of packed B are shared by all threads.
constexpr int64_t kSlab = 256, kBlock = 240, kWide = 3072;

// Below this many multiply-adds, waking another thread costs more than it saves.
constexpr int64_t kSerial = int64_t{1} << 20;

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Cuts `size` into equal parts of at most `most`, each a multiple of `unit` except the last.
int64_t even_part(int64_t size, int64_t most, int64_t unit) {
  const int64_t parts = ceil_div(size, most);
  return std::max(unit, ceil_div(ceil_div(size, parts), unit) * unit);
}

const float* at(const Matrix& matrix, int64_t row, int64_t column) {
  return matrix.data + (matrix.transposed ? column * matrix.ld + row : row * matrix.ld + column);
}

}  // namespace

void multiply(const Gemm& gemm) {
  const auto& [m, n, k, a, b, c, ldc, update, precision] = gemm;
  if (m == 0 || n == 0) return;
  const Tile& tile = kernels().tile.of(precision);
  const int64_t threads = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k) < kSerial ? 1 : thread_count();

  const int64_t slab = even_part(std::max<int64_t>(k, 1), kSlab, 2);
  const int64_t wide = even_part(n, kWide, tile.columns);
  int64_t block = even_part(m, kBlock, tile.rows);
  // As many blocks for every thread, and all columns in one task if that gives every thread some.
  const int64_t blocks = ceil_div(ceil_div(m, block), threads) * threads;
  block = std::max(tile.rows, ceil_div(ceil_div(m, blocks), tile.rows) * tile.rows);
  const int64_t row_blocks = ceil_div(m, block);
  const int64_t column_blocks = row_blocks >= threads ? 1 : std::min(ceil_div(wide, tile.columns), ceil_div(2 * threads, row_blocks));
  const int64_t narrow = ceil_div(ceil_div(wide, tile.columns), column_blocks) * tile.columns;

  const int64_t b_words = tile_words(tile, tile.columns, wide, slab);
  const int64_t a_words = tile_words(tile, tile.rows, block, slab);
  float* const b_panels = scratch_floats(b_words + a_words * threads);
  float* const a_panels = b_panels + b_words;

  for (int64_t column = 0; column < n; column += wide) {
    const int64_t columns = std::min(wide, n - column);
    for (int64_t begin = 0; begin == 0 || begin < k; begin += slab) {
      const int64_t depth = std::min(slab, k - begin);
      const int64_t panel_words = tile_words(tile, tile.columns, 1, depth);
      parallel_parts(ceil_div(columns, tile.columns), threads == 1 ? columns : 1, [&](int64_t first, int64_t last, int64_t) {
        const int64_t from = first * tile.columns, to = std::min(columns, last * tile.columns);
        tile.pack_b(depth, to - from, at(b, begin, column + from), b.ld, b.transposed, b_panels + first * panel_words);
      });

      TileUpdate here = update;
      here.accumulate = update.accumulate || begin > 0;
      if (begin + depth < k) here.bias = here.residual = nullptr;
      const int64_t tasks = row_blocks * column_blocks;
      std::atomic<int64_t> next{0};
      parallel_tasks(std::min(threads, tasks), [&](int64_t worker) {
        float* const my_panels = a_panels + worker * a_words;
        int64_t packed = -1;
        for (int64_t task; (task = next.fetch_add(1, std::memory_order_relaxed)) < tasks;) {
          const int64_t row = task / column_blocks * block, left = task % column_blocks * narrow;
          if (row >= m || left >= columns) continue;
          const int64_t rows = std::min(block, m - row), width = std::min(narrow, columns - left);
          if (packed != row) tile.pack_a(rows, depth, at(a, row, begin), a.ld, a.transposed, my_panels);
          packed = row;
          TileUpdate mine = here;
          if (mine.bias != nullptr) mine.bias += column + left;
          if (mine.residual != nullptr) mine.residual += row * mine.residual_ld + column + left;
          tile.multiply(rows, width, depth, my_panels, b_panels + left / tile.columns * panel_words, c + row * ldc + column + left,
                        ldc, mine);
        }
      });
    }
  }
}

}  // namespace native
