// A matrix of 4-byte numbers turned over its diagonal.
#pragma once
#include <cstdint>

namespace native {

struct TransposeKernels {
  // out[r · out_stride + c] = x[c · x_stride + r] for r < rows, c < columns.
  void (*block)(int64_t rows, int64_t columns, const uint32_t* x, int64_t x_stride, uint32_t* out, int64_t out_stride);
};

bool agrees(const TransposeKernels& candidate, const TransposeKernels& portable);

}  // namespace native
