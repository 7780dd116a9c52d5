#include "attention/packed.h"

#include <cmath>
#include <cstring>

#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {

PackedHeads::PackedHeads(const AttentionProblem& problem)
    : rows(problem.rows), head_dim(problem.head_dim), heads(problem.key_value_heads) {
  const int64_t width = kernels().width;
  packed_dim = (head_dim + width - 1) / width * width;
}

void pack_heads(const PackedHeads& packed, const float* from, float* to) {
  const auto copied = static_cast<size_t>(packed.head_dim) * sizeof(float);
  const auto filled = static_cast<size_t>(packed.packed_dim) * sizeof(float) - copied;
  parallel_parts(packed.rows, packed.grain(), [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t row = begin; row < end; row++)
      for (int64_t head = 0; head < packed.heads; head++) {
        float* const row_to = to + head * packed.head_size() + row * packed.packed_dim;
        std::memcpy(row_to, from + (row * packed.heads + head) * packed.head_dim, copied);
        std::memset(row_to + packed.head_dim, 0, filled);
      }
  });
  for (int64_t head = 0; head < packed.heads; head++)
    std::memset(to + head * packed.head_size() + packed.rows * packed.packed_dim, 0,
                static_cast<size_t>(kAttentionPadding * packed.packed_dim) * sizeof(float));
}

void zero_uncovered(const AttentionProblem& problem, float* x, int64_t width) {
  int64_t covered = 0;
  for (const AttentionSpan& span : problem.spans) covered += span.end - span.begin;
  if (covered < problem.rows) std::memset(x, 0, static_cast<size_t>(problem.rows * width) * sizeof(float));
}

AttentionSizes sizes_of(const AttentionProblem& problem, int64_t packed_dim) {
  return {.head_dim = problem.head_dim,
          .packed_dim = packed_dim,
          .group = problem.group(),
          .query_stride = problem.query_width(),
          .lse_stride = problem.heads,
          .scale = static_cast<float>(1 / std::sqrt(static_cast<double>(problem.head_dim)))};
}

}  // namespace native
