#include "arrays/reduce.h"

#include <algorithm>
#include <vector>

#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// Numbers below which a second thread costs more than it saves.
constexpr int64_t kGrain = 16384;
// Totals of a task: they stay in the first-level cache.
constexpr int64_t kColumns = 512;

// Into how many parts a task's `length` numbers are cut, if there are too few tasks for the threads.
int64_t parts_for(int64_t tasks, int64_t length) {
  if (tasks >= thread_count() || tasks * length < 2 * kGrain) return 1;
  return std::clamp(length / kGrain, int64_t{1}, (thread_count() + tasks - 1) / tasks);
}

void reduce_rows(ReductionCode code, const float* x, float* out, int64_t rows, int64_t count, double divisor) {
  const auto kernel = kernels().reduce.row[code];
  const int64_t parts = parts_for(rows, count);
  if (parts == 1) {
    parallel_parts(rows, std::max<int64_t>(1, kGrain / std::max<int64_t>(1, count)), [&](int64_t begin, int64_t end, int64_t) {
      for (int64_t row = begin; row < end; row++) out[row] = static_cast<float>(kernel(count, x + row * count) / divisor);
    });
    return;
  }
  std::vector<double> totals(static_cast<size_t>(rows * parts));
  parallel_tasks(rows * parts, [&](int64_t task) {
    const int64_t part = task % parts, begin = count * part / parts, end = count * (part + 1) / parts;
    totals[static_cast<size_t>(task)] = kernel(end - begin, x + task / parts * count + begin);
  });
  for (int64_t row = 0; row < rows; row++) {
    const double* of_row = totals.data() + row * parts;
    double total = of_row[0];
    for (int64_t part = 1; part < parts; part++) total = joined(code, total, of_row[part]);
    out[row] = static_cast<float>(total / divisor);
  }
}

void reduce_columns(ReductionCode code, const float* x, float* out, int64_t outer, int64_t middle, int64_t inner,
                    double divisor) {
  const auto kernel = kernels().reduce.columns[code];
  const int64_t blocks = (inner + kColumns - 1) / kColumns, width = (inner + blocks - 1) / blocks;
  const int64_t tasks = outer * blocks, parts = parts_for(tasks, middle * width);
  const auto task_totals = [&](int64_t task, int64_t part, double* totals) {
    const int64_t column = task % blocks * width, columns = std::min(width, inner - column);
    const int64_t begin = middle * part / parts, end = middle * (part + 1) / parts;
    std::fill(totals, totals + columns, neutral(code));
    kernel(end - begin, columns, inner, x + (task / blocks * middle + begin) * inner + column, totals);
  };
  const auto finish = [&](int64_t task, const double* totals) {
    const int64_t column = task % blocks * width, columns = std::min(width, inner - column);
    float* to = out + task / blocks * inner + column;
    for (int64_t c = 0; c < columns; c++) to[c] = static_cast<float>(totals[c] / divisor);
  };
  if (parts == 1) {
    parallel_parts(tasks, std::max<int64_t>(1, kGrain / (middle * width + 1)), [&](int64_t begin, int64_t end, int64_t) {
      double totals[kColumns];
      for (int64_t task = begin; task < end; task++) {
        task_totals(task, 0, totals);
        finish(task, totals);
      }
    });
    return;
  }
  std::vector<double> totals(static_cast<size_t>(tasks * parts * width));
  parallel_tasks(tasks * parts, [&](int64_t at) { task_totals(at / parts, at % parts, totals.data() + at * width); });
  for (int64_t task = 0; task < tasks; task++) {
    double* first = totals.data() + task * parts * width;
    for (int64_t part = 1; part < parts; part++)
      for (int64_t c = 0; c < width; c++) first[c] = joined(code, first[c], first[part * width + c]);
    finish(task, first);
  }
}

}  // namespace

void reduce(ReductionCode code, const float* x, float* out, int64_t outer, int64_t middle, int64_t inner, double divisor) {
  if (outer == 0 || inner == 0) return;
  if (inner == 1) reduce_rows(code, x, out, outer, middle, divisor);
  else reduce_columns(code, x, out, outer, middle, inner, divisor);
}

void find_extreme(bool greatest, const float* x, int32_t* out, int64_t rows, int64_t count) {
  const auto kernel = greatest ? kernels().reduce.arg_max : kernels().reduce.arg_min;
  parallel_parts(rows, std::max<int64_t>(1, kGrain / count), [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t row = begin; row < end; row++) out[row] = static_cast<int32_t>(kernel(count, x + row * count));
  });
}

}  // namespace native
