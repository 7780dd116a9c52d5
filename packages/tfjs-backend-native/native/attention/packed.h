// What forward and backward share: keys and values with the rows of a head beside each other, filled up with zeros to whole vectors.
#pragma once
#include "attention/attention.h"
#include "kernels/attention.h"

namespace native {

struct PackedHeads {
  int64_t rows, head_dim, packed_dim, heads;

  explicit PackedHeads(const AttentionProblem& problem);
  int64_t head_size() const { return (rows + kAttentionPadding) * packed_dim; }
  int64_t size() const { return heads * head_size(); }
  // Rows that are worth waking a thread for, where no more is done than to copy them.
  int64_t grain() const { return 1 + 16384 / (heads * packed_dim); }
};

// [rows, heads · head_dim] → [heads][rows + kAttentionPadding][packed_dim], on all threads.
void pack_heads(const PackedHeads& packed, const float* from, float* to);

// Zeros for the rows that stand in no span, if there are any: then all of x [rows, width] is zeroed.
void zero_uncovered(const AttentionProblem& problem, float* x, int64_t width);

AttentionSizes sizes_of(const AttentionProblem& problem, int64_t packed_dim);

}  // namespace native
