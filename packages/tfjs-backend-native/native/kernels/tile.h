// The micro-kernel of the matrix product, and the packing that it reads: serial building blocks of gemm/ and of fused kernels.
//
// C = A·B is computed a tile at a time, `rows` × `columns` numbers that stay in registers while k runs. For that, A and B are packed:
//
//   pack_a   cuts A [m,k] into panels of `rows` rows;        within a panel the numbers stand as [k][rows]
//   pack_b   cuts B [k,n] into panels of `columns` columns;  within a panel the numbers stand as [k][columns]
//   multiply the product of all panels of A with all panels of B, into C with its leading dimension
//
// The last panel is filled up with zeros. In bf16 two neighbours in k share a word, the even one in its low half; an odd k is filled up.
// Panels follow each other without gaps: take memory by tile_words(). All pointers need the alignment of float only.
#pragma once
#include <cstdint>

namespace native {

// What becomes of the sums: C = scale · A·B, + C itself if `accumulate`, + bias[column], + residual[row, column].
// A product with a long k is a chain of calls: the later ones accumulate, and the last one brings bias and residual.
struct TileUpdate {
  float scale = 1;
  bool accumulate = false;
  const float* bias = nullptr;      // [n]
  const float* residual = nullptr;  // [m,n]
  int64_t residual_ld = 0;
};

// Panels, or, with an `ld`, a matrix as it is stored, not transposed, its rows `ld` apart.
struct Operand {
  const float* data;
  int64_t ld = 0;
};

struct Tile {
  int64_t rows, columns;  // of C in registers
  int64_t depth;          // neighbours in k that share a word: 1 in f32, 2 in bf16
  // A is stored as [m,k] with rows `ld` apart, or, if `transposed`, as [k,m].
  void (*pack_a)(int64_t m, int64_t k, const float* a, int64_t ld, bool transposed, float* panels);
  // B is stored as [k,n], or, if `transposed`, as [n,k].
  void (*pack_b)(int64_t k, int64_t n, const float* b, int64_t ld, bool transposed, float* panels);
  // Of A [m,k] and B [k,n]; only the m×n numbers of C are touched. k = 0 gives sums of zero.
  void (*multiply)(int64_t m, int64_t n, int64_t k, const Operand& a, const Operand& b, float* c, int64_t ld, const TileUpdate& update);
  // Operands may be as they are stored, A always, B where n is a multiple of the vector's width: in f32 alone.
  bool takes_stored;
};

// Words of memory that `extent` rows (of A) or columns (of B) take when packed: width = tile.rows or tile.columns.
inline int64_t tile_words(const Tile& tile, int64_t width, int64_t extent, int64_t k) {
  return (extent + width - 1) / width * width * ((k + tile.depth - 1) / tile.depth);
}

// bf16: operands are rounded to bfloat16 (nearest even; NaN stays NaN) while they are packed, sums are float32.
enum class Precision { f32, bf16, bf16_emulated };

struct TileKernels {
  Tile f32;
  Tile bf16;           // by the processor's dot products; no functions where it has none
  Tile bf16_emulated;  // the same packing, multiplied as float32: everywhere, slow, for tests

  const Tile& of(Precision precision) const {
    return precision == Precision::f32 ? f32 : precision == Precision::bf16 ? bf16 : bf16_emulated;
  }
  bool has(Precision precision) const { return of(precision).multiply != nullptr; }
};

bool agrees(const TileKernels& candidate, const TileKernels& portable);

}  // namespace native
