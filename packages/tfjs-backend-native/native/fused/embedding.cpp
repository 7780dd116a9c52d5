#include "fused/embedding.h"

#include <algorithm>
#include <vector>

#include "fused/grain.h"
#include "instruction-sets/kernel_set.h"
#include "kernels/stream.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// The numbers of the entries with each id, in order: those of id v stand at starts[v] … starts[v + 1].
struct Sorted {
  std::vector<int64_t> starts;
  std::vector<int32_t> entries;
};

Sorted sort_by_id(int64_t rows, int64_t count, const int32_t* ids) {
  Sorted sorted{std::vector<int64_t>(static_cast<size_t>(rows) + 2), std::vector<int32_t>(static_cast<size_t>(count))};
  int64_t* next = sorted.starts.data() + 1;  // afterwards, where the following id begins
  for (int64_t n = 0; n < count; n++) next[ids[n] + 1]++;
  for (int64_t v = 0; v < rows; v++) next[v + 1] += next[v];
  for (int64_t n = 0; n < count; n++) sorted.entries[static_cast<size_t>(next[ids[n]]++)] = static_cast<int32_t>(n);
  return sorted;
}

// The first row of a part, so that rows written and rows read are as many in each.
int64_t first_row(const Sorted& sorted, int64_t rows, int64_t part, int64_t parts) {
  const int64_t wanted = (rows + sorted.starts[static_cast<size_t>(rows)]) * part / parts;
  int64_t low = 0, high = rows;
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    if (middle + sorted.starts[static_cast<size_t>(middle)] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

}  // namespace

void gather_rows(int64_t count, int64_t width, const float* table, const int32_t* ids, float* out) {
  const bool streamed = count * width >= kStreamedFrom;
  parallel_parts(count, rows_of_grain(width), [&](int64_t begin, int64_t end, int64_t) {
    kernels().embedding.gather(end - begin, width, table, ids + begin, out + begin * width, streamed);
  });
}

void scatter_rows(int64_t rows, int64_t count, int64_t width, const float* x, const int32_t* ids, float* out) {
  const bool streamed = rows * width >= kStreamedFrom;
  const Sorted sorted = sort_by_id(rows, count, ids);
  const int64_t parts = std::clamp<int64_t>((rows + count) / rows_of_grain(width), 1, thread_count());
  parallel_tasks(parts, [&](int64_t part) {
    const int64_t begin = first_row(sorted, rows, part, parts), end = first_row(sorted, rows, part + 1, parts);
    kernels().embedding.sum_rows(end - begin, width, x, sorted.starts.data() + begin, sorted.entries.data(), out + begin * width,
                                 streamed);
  });
}

}  // namespace native
