// attention_forward: parts of the query rows, each on its own.
#include <cstring>

#include "attention/attention.h"
#include "attention/packed.h"
#include "attention/work.h"
#include "instruction-sets/kernel_set.h"
#include "runtime/scratch.h"
#include "runtime/thread_pool.h"

namespace native {

void attention_forward(const AttentionProblem& problem, const float* q, const float* k, const float* v, float* out, float* lse) {
  const PackedHeads packed(problem);
  const AttentionSizes sizes = sizes_of(problem, packed.packed_dim);
  // More parts than threads, so that one that is held up does not hold up all.
  const AttentionWork work = work_of(problem, 8 * thread_count());
  const int64_t part_size = attention_scratch(packed.packed_dim);
  float* const keys = scratch_floats(2 * packed.size() + work.parts() * part_size);
  float *const values = keys + packed.size(), *const scratch = values + packed.size();

  pack_heads(packed, k, keys);
  pack_heads(packed, v, values);
  zero_uncovered(problem, out, problem.query_width());
  zero_uncovered(problem, lse, problem.heads);
  parallel_tasks(work.parts(), [&](int64_t part) {
    for (int64_t item = work.cuts[static_cast<size_t>(part)]; item < work.cuts[static_cast<size_t>(part) + 1]; item++) {
      const int64_t head = work.head_of(item), column = head * sizes.group * problem.head_dim;
      kernels().attention.forward(sizes, work.block_of(item),
                                  {.q = q + column,
                                   .keys = keys + head * packed.head_size(),
                                   .values = values + head * packed.head_size(),
                                   .out = out + column,
                                   .lse = lse + head * sizes.group},
                                  scratch + part * part_size);
    }
  });
}

}  // namespace native
