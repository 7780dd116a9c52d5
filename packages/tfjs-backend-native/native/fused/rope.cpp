#include "fused/rope.h"

#include "fused/grain.h"
#include "instruction-sets/kernel_set.h"
#include "kernels/stream.h"
#include "runtime/thread_pool.h"

namespace native {

void rope(int64_t rows, int64_t heads, int64_t half, const float* x, const float* cos, const float* sin, bool backwards, float* y) {
  const int64_t table = 2 * half, width = heads * table;
  const bool streamed = rows * width >= kStreamedFrom;
  parallel_parts(rows, rows_of_grain(width), [&](int64_t begin, int64_t end, int64_t) {
    kernels().rope.rotate(end - begin, heads, half, x + begin * width, cos + begin * table, sin + begin * table, backwards ? -1 : 1,
                          y + begin * width, streamed);
  });
}

}  // namespace native
