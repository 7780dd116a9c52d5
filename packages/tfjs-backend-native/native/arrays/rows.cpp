#include "arrays/rows.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// Bytes below which a second thread costs more than it saves.
constexpr int64_t kGrain = 64 * 1024;
// Totals of a task: they stay in the first-level cache.
constexpr int64_t kColumns = 512;

// Calls run(number of indices, x at the block's first row, the first index, out) for pieces of blocks that cover all indices.
template <class T, class F>
void over_indices(const GatherShape& shape, int64_t grain, const T* x, const int32_t* ids, T* out, const F& run) {
  parallel_parts(shape.batch * shape.outer * shape.count, grain, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t i = begin; i < end;) {
      const int64_t block = i / shape.count, start = i % shape.count, count = std::min(shape.count - start, end - i);
      run(count, x + block * shape.rows * shape.length, ids + block / shape.outer * shape.count + start, out + i * shape.length);
      i += count;
    }
  });
}

template <class T>
void gather_numbers(const GatherShape& shape, const T* x, const int32_t* ids, T* out) {
  constexpr auto kSize = static_cast<int64_t>(sizeof(T));
  if (shape.length == 1) {
    return over_indices(shape, kGrain / kSize, x, ids, out, [](int64_t count, const T* from, const int32_t* id, T* to) {
      for (int64_t i = 0; i < count; i++) to[i] = from[id[i]];
    });
  }
  const int64_t length = shape.length, grain = std::max<int64_t>(1, kGrain / (length * kSize));
  over_indices(shape, grain, x, ids, out, [length](int64_t count, const T* from, const int32_t* id, T* to) {
    for (int64_t i = 0; i < count; i++) std::memcpy(to + i * length, from + id[i] * length, static_cast<size_t>(length) * sizeof(T));
  });
}

}  // namespace

void gather(const GatherShape& shape, int bytes, const void* x, const int32_t* ids, void* out) {
  if (shape.length == 0) return;
  if (bytes == 1) gather_numbers(shape, static_cast<const uint8_t*>(x), ids, static_cast<uint8_t*>(out));
  else gather_numbers(shape, static_cast<const uint32_t*>(x), ids, static_cast<uint32_t*>(out));
}

void scatter_add(int64_t count, int64_t rows, int64_t length, const float* x, const int32_t* ids, float* out) {
  if (rows == 0 || length == 0) return;
  // The rows of x by id: those of row r are order[starts[r]] … order[starts[r + 1] − 1].
  std::vector<int64_t> starts(static_cast<size_t>(rows) + 2), order(static_cast<size_t>(count));
  const auto inside = [&](int64_t i) { return ids[i] >= 0 && ids[i] < rows; };
  for (int64_t i = 0; i < count; i++)
    if (inside(i)) starts[static_cast<size_t>(ids[i]) + 2]++;
  for (size_t row = 2; row < starts.size(); row++) starts[row] += starts[row - 1];
  for (int64_t i = 0; i < count; i++)
    if (inside(i)) order[static_cast<size_t>(starts[static_cast<size_t>(ids[i]) + 1]++)] = i;

  const auto add = kernels().reduce.columns[kSum];
  const int64_t blocks = (length + kColumns - 1) / kColumns;
  // More tasks than threads, as rows have unlike numbers of terms: each is a range of rows and a block of columns.
  const int64_t ranges = std::clamp((rows + count) * length / kGrain, int64_t{1}, std::min<int64_t>(rows, 8 * thread_count()));
  parallel_tasks(ranges * blocks, [&](int64_t task) {
    const int64_t range = task / blocks, column = task % blocks * kColumns, columns = std::min(kColumns, length - column);
    double totals[kColumns];
    for (int64_t row = rows * range / ranges; row < rows * (range + 1) / ranges; row++) {
      const auto begin = static_cast<size_t>(starts[static_cast<size_t>(row)]);
      const auto end = static_cast<size_t>(starts[static_cast<size_t>(row) + 1]);
      float* to = out + row * length + column;
      if (begin == end) {
        std::fill(to, to + columns, 0.0f);
      } else if (end == begin + 1) {
        std::memcpy(to, x + order[begin] * length + column, static_cast<size_t>(columns) * sizeof(float));
      } else {
        std::fill(totals, totals + columns, 0.0);
        for (size_t i = begin; i < end; i++) add(1, columns, length, x + order[i] * length + column, totals);
        for (int64_t c = 0; c < columns; c++) to[c] = static_cast<float>(totals[c]);
      }
    }
  });
}

}  // namespace native
