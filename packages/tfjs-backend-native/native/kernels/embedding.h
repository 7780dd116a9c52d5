// Rows of a table by their numbers, and the sums that are the gradient.
#pragma once
#include <cstdint>

namespace native {

struct EmbeddingKernels {
  // out[n] = table[rows[n]]; table [·, width], out [count, width].
  void (*gather)(int64_t count, int64_t width, const float* table, const int32_t* rows, float* out, bool streamed);
  // out[n] = Σ of x[rows[i]] over starts[n] ≤ i < starts[n + 1], in this order; zeros if there are none.
  void (*sum_rows)(int64_t count, int64_t width, const float* x, const int64_t* starts, const int32_t* rows, float* out, bool streamed);
};

bool agrees(const EmbeddingKernels& candidate, const EmbeddingKernels& portable);

}  // namespace native
