// The matrix product C = alpha · op(A) · op(B) (+ C) (+ bias) (+ residual), op(A) [m,k], op(B) [k,n], on all threads.
#pragma once
#include <cstdint>

#include "kernels/tile.h"

namespace native {

// A matrix in rows, `ld` numbers apart.
struct Matrix {
  const float* data;
  int64_t ld;
  bool transposed = false;  // op(X) = Xᵀ
};

struct Gemm {
  int64_t m, n, k;
  Matrix a, b;
  float* c;
  int64_t ldc;
  TileUpdate update;
  Precision precision = Precision::f32;
};

// The bits of C depend on the arguments and the instruction set, not on the threads. Throws std::bad_alloc.
void multiply(const Gemm& gemm);

// `count` products with C's behind each other. Product i takes the matrix a_indices[i] of those that stand behind each other from gemm.a.data
// on, or the i-th if there are no indices; likewise b_indices. The bias is everyone's; a residual is laid out as C is.
void multiply_batch(const Gemm& gemm, int64_t count, const int32_t* a_indices, const int32_t* b_indices);

}  // namespace native
