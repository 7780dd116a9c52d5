#include "gemm/gemm.h"

#include <algorithm>
#include <atomic>

#include "gemm/skinny.h"
#include "instruction-sets/kernel_set.h"
#include "runtime/scratch.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// A slab of k at a time, so that C is read and written seldom; blocks of rows of A, which the second- and third-level caches hold while the panels
// of B pass; kWide columns of packed B are shared by all threads.
constexpr int64_t kSlab = 1536, kBlock = 192, kWide = 3072;

// Up to so many rows of A do not pay for packing B.
constexpr int64_t kFewRows = 256;

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

// How a product is cut: `wide` columns at a time, of these `slab` of k at a time, of these blocks of `block` rows × `narrow` columns as tasks.
struct Cut {
  int64_t threads, slab, wide, block, narrow, row_blocks, column_blocks;
  bool stored_a, stored_b;   // read as it is stored
  int64_t b_words, a_words;  // packed B, shared; packed A of each thread

  int64_t words() const { return b_words + a_words * threads; }
};

// Rows of whole vectors, which do not all fall into a few sets of the caches, as those do that are a multiple of 2 KiB apart.
bool is_good_to_read(const Matrix& b, int64_t n) { return !b.transposed && n % kernels().width == 0 && b.ld % 512 != 0; }

Cut cut_of(const Gemm& gemm, const Tile& tile, int64_t threads) {
  Cut cut;
  cut.threads = threads;
  cut.slab = even_part(std::max<int64_t>(gemm.k, 1), kSlab, 2);
  cut.wide = even_part(gemm.n, kWide, tile.columns);
  cut.block = even_part(gemm.m, kBlock, tile.rows);
  // As many blocks of rows for every thread; columns are cut only where there are fewer rows than that.
  const int64_t blocks = ceil_div(ceil_div(gemm.m, cut.block), threads) * threads;
  cut.block = std::max(tile.rows, ceil_div(ceil_div(gemm.m, blocks), tile.rows) * tile.rows);
  cut.row_blocks = ceil_div(gemm.m, cut.block);
  const int64_t panels = ceil_div(cut.wide, tile.columns);
  cut.column_blocks = cut.row_blocks >= threads ? 1 : std::min(panels, ceil_div(2 * threads, cut.row_blocks));
  cut.narrow = ceil_div(panels, cut.column_blocks) * tile.columns;
  cut.stored_a = tile.takes_stored && !gemm.a.transposed;
  cut.stored_b = tile.takes_stored && gemm.m <= kFewRows && is_good_to_read(gemm.b, gemm.n);
  cut.b_words = cut.stored_b ? 0 : tile_words(tile, tile.columns, cut.wide, cut.slab);
  cut.a_words = cut.stored_a ? 0 : tile_words(tile, tile.rows, cut.block, cut.slab);
  return cut;
}

// `depth` of k from `begin` on and `columns` columns from `column` on: the part of the product that shares one packed piece of B.
struct Piece {
  int64_t column, columns, begin, depth;
};

void pack_b(const Gemm& gemm, const Tile& tile, const Cut& cut, const Piece& piece, float* panels) {
  const int64_t panel_words = tile_words(tile, tile.columns, 1, piece.depth), count = ceil_div(piece.columns, tile.columns);
  parallel_parts(count, cut.threads == 1 ? count + 1 : 1, [&](int64_t first, int64_t last, int64_t) {
    const int64_t from = first * tile.columns, to = std::min(piece.columns, last * tile.columns);
    tile.pack_b(piece.depth, to - from, at(gemm.b, piece.begin, piece.column + from), gemm.b.ld, gemm.b.transposed,
                panels + first * panel_words);
  });
}

void multiply_piece(const Gemm& gemm, const Tile& tile, const Cut& cut, const Piece& piece, const float* b_panels, float* a_panels) {
  TileUpdate update = gemm.update;
  update.accumulate = gemm.update.accumulate || piece.begin > 0;
  if (piece.begin + piece.depth < gemm.k) update.bias = update.residual = nullptr;
  const int64_t panel_words = tile_words(tile, tile.columns, 1, piece.depth);
  const int64_t tasks = cut.row_blocks * cut.column_blocks;
  // Threads fetch tasks as they come free: every number of C belongs to one task, so its bits do not depend on who takes it.
  std::atomic<int64_t> next{0};
  parallel_tasks(std::min(cut.threads, tasks), [&](int64_t worker) {
    float* const my_panels = a_panels + worker * cut.a_words;
    int64_t packed = -1;
    for (int64_t task; (task = next.fetch_add(1, std::memory_order_relaxed)) < tasks;) {
      const int64_t row = task / cut.column_blocks * cut.block, left = task % cut.column_blocks * cut.narrow;
      if (row >= gemm.m || left >= piece.columns) continue;
      const int64_t rows = std::min(cut.block, gemm.m - row), columns = std::min(cut.narrow, piece.columns - left);
      const float* const a = at(gemm.a, row, piece.begin);
      if (!cut.stored_a && packed != row) tile.pack_a(rows, piece.depth, a, gemm.a.ld, gemm.a.transposed, my_panels);
      packed = row;
      TileUpdate mine = update;
      const int64_t column = piece.column + left;
      if (mine.bias != nullptr) mine.bias += column;
      if (mine.residual != nullptr) mine.residual += row * mine.residual_ld + column;
      const Operand a_operand = cut.stored_a ? Operand{a, gemm.a.ld} : Operand{my_panels};
      const Operand b_operand =
          cut.stored_b ? Operand{at(gemm.b, piece.begin, column), gemm.b.ld} : Operand{b_panels + left / tile.columns * panel_words};
      tile.multiply(rows, columns, piece.depth, a_operand, b_operand, gemm.c + row * gemm.ldc + column, gemm.ldc, mine);
    }
  });
}

// `memory`: cut.words().
void multiply_cut(const Gemm& gemm, const Tile& tile, const Cut& cut, float* memory) {
  for (int64_t column = 0; column < gemm.n; column += cut.wide) {
    const int64_t columns = std::min(cut.wide, gemm.n - column);
    for (int64_t begin = 0; begin == 0 || begin < gemm.k; begin += cut.slab) {
      const Piece piece = {column, columns, begin, std::min(cut.slab, gemm.k - begin)};
      if (!cut.stored_b) pack_b(gemm, tile, cut, piece, memory);
      multiply_piece(gemm, tile, cut, piece, memory, memory + cut.b_words);
    }
  }
}

bool is_small(const Gemm& gemm) {
  return static_cast<double>(gemm.m) * static_cast<double>(gemm.n) * static_cast<double>(gemm.k) < kSerial;
}

}  // namespace

void multiply(const Gemm& gemm) {
  if (gemm.m == 0 || gemm.n == 0 || multiply_skinny(gemm)) return;
  const Tile& tile = kernels().tile.of(gemm.precision);
  const Cut cut = cut_of(gemm, tile, is_small(gemm) ? 1 : thread_count());
  multiply_cut(gemm, tile, cut, scratch_floats(cut.words()));
}

void multiply_batch(const Gemm& gemm, int64_t count, const int32_t* a_indices, const int32_t* b_indices) {
  if (gemm.m == 0 || gemm.n == 0) return;
  const auto one = [&](int64_t i) {
    Gemm product = gemm;
    product.a.data += (a_indices == nullptr ? i : a_indices[i]) * gemm.m * gemm.k;
    product.b.data += (b_indices == nullptr ? i : b_indices[i]) * gemm.k * gemm.n;
    product.c += i * gemm.m * gemm.n;
    if (product.update.residual != nullptr) product.update.residual += i * gemm.m * gemm.n;
    return product;
  };
  const int64_t threads = std::min<int64_t>(thread_count(), count);
  if (threads < thread_count() && !is_small(gemm)) {
    for (int64_t i = 0; i < count; i++) multiply(one(i));
    return;
  }
  // Enough products for all threads: each is one thread's.
  const Tile& tile = kernels().tile.of(gemm.precision);
  const Cut cut = cut_of(gemm, tile, 1);
  const bool skinny = is_skinny(gemm);
  const int64_t words = skinny ? skinny_words(gemm) : cut.words();
  float* const memory = scratch_floats(words * threads);
  const double work = static_cast<double>(gemm.m) * static_cast<double>(gemm.n) * static_cast<double>(gemm.k + 1);
  const int64_t workers = work * static_cast<double>(count) < kSerial ? 1 : threads;
  std::atomic<int64_t> next{0};
  parallel_tasks(workers, [&](int64_t worker) {
    for (int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      if (skinny) multiply_skinny_serially(one(i), memory + worker * words);
      else multiply_cut(one(i), tile, cut, memory + worker * words);
  });
}

}  // namespace native
