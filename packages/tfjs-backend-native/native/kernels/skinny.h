// Products of a few rows with a matrix: the matrix is read once, as it is stored. Packing it would cost more than the product.
#pragma once
#include <cstdint>

namespace native {

struct SkinnyKernels {
  // sums [rows, n] = x [rows, k] · B, B stored as [k, n] with rows `ld` apart: rows of B, weighted and added.
  void (*combine)(int64_t rows, int64_t n, int64_t k, const float* x, const float* b, int64_t ld, float* sums, int64_t ld_sums);
  // The same of B stored as [n, k]: dot products.
  void (*dot)(int64_t rows, int64_t n, int64_t k, const float* x, const float* b, int64_t ld, float* sums, int64_t ld_sums);
};

bool agrees(const SkinnyKernels& candidate, const SkinnyKernels& portable);

}  // namespace native
