#include "arrays/copy.h"

#include <algorithm>
#include <cstring>

#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// Bytes below which a second thread costs more than it saves.
constexpr int64_t kGrain = 64 * 1024;
// Rows of a block that is turned over: so many streams are written at a time.
constexpr int64_t kBlock = 64;

// The bound kAxes is for g++, which else sees numbers read that were never set.
void remove_axis(CopyPlan& plan, int axis) {
  for (int i = axis; i + 1 < CopyPlan::kAxes && i + 1 < plan.axes; i++) {
    plan.sizes[i] = plan.sizes[i + 1];
    plan.from[i] = plan.from[i + 1];
    plan.to[i] = plan.to[i + 1];
  }
  plan.axes--;
}

// Axes by decreasing stride of the output, those of one number left out, those that follow on each other made one. At least one remains.
CopyPlan simplified(CopyPlan plan) {
  for (int axis = plan.axes - 1; axis >= 0; axis--)
    if (plan.sizes[axis] == 1) remove_axis(plan, axis);
  for (int i = 1; i < plan.axes; i++)
    for (int j = i; j > 0 && std::abs(plan.to[j - 1]) < std::abs(plan.to[j]); j--) {
      std::swap(plan.sizes[j - 1], plan.sizes[j]);
      std::swap(plan.from[j - 1], plan.from[j]);
      std::swap(plan.to[j - 1], plan.to[j]);
    }
  for (int axis = plan.axes - 2; axis >= 0; axis--) {
    const int64_t inner = plan.sizes[axis + 1];
    if (plan.from[axis] != plan.from[axis + 1] * inner || plan.to[axis] != plan.to[axis + 1] * inner) continue;
    plan.sizes[axis + 1] *= plan.sizes[axis];
    remove_axis(plan, axis);
  }
  if (plan.axes == 0) {
    plan.axes = 1;
    plan.sizes[0] = plan.from[0] = plan.to[0] = 1;
  }
  return plan;
}

struct Place {
  int64_t from, to;
};

// Where the index `at` of all axes but the last stands.
Place place_of(const CopyPlan& plan, int64_t at) {
  Place place{plan.from_start, plan.to_start};
  for (int axis = plan.axes - 2; axis >= 0; axis--) {
    const int64_t i = at % plan.sizes[axis];
    at /= plan.sizes[axis];
    place.from += i * plan.from[axis];
    place.to += i * plan.to[axis];
  }
  return place;
}

int64_t outer_size(const CopyPlan& plan) {
  int64_t size = 1;
  for (int axis = 0; axis + 1 < plan.axes; axis++) size *= plan.sizes[axis];
  return size;
}

template <class T>
void copy_run(int64_t count, const T* x, int64_t from, T* out, int64_t to) {
  if (from == 1 && to == 1) std::memcpy(out, x, static_cast<size_t>(count) * sizeof(T));
  else if (from == 0 && to == 1) std::fill(out, out + count, *x);
  else
    for (int64_t i = 0; i < count; i++) out[i * to] = x[i * from];
}

// Run by run along the last axis, cut anywhere.
template <class T>
void copy_runs(const CopyPlan& plan, const T* x, T* out) {
  const int last = plan.axes - 1;
  const int64_t length = plan.sizes[last], from = plan.from[last], to = plan.to[last];
  parallel_parts(outer_size(plan) * length, kGrain / static_cast<int64_t>(sizeof(T)), [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t i = begin; i < end;) {
      const int64_t start = i % length, count = std::min(length - start, end - i);
      const Place place = place_of(plan, i / length);
      copy_run(count, x + place.from + start * from, from, out + place.to + start * to, to);
      i += count;
    }
  });
}

// Where another axis than the last is contiguous in x, the two are a matrix to be turned over.
void turn_over(CopyPlan plan, int axis, const uint32_t* x, uint32_t* out) {
  const int last = plan.axes - 1;
  const int64_t rows = plan.sizes[axis], row_stride = plan.to[axis];
  const int64_t columns = plan.sizes[last], column_stride = plan.from[last];
  remove_axis(plan, axis);
  const int64_t blocks = (rows + kBlock - 1) / kBlock, matrices = outer_size(plan);
  const auto kernel = kernels().transpose.block;
  const int64_t per_block = std::min(rows, kBlock) * columns * 4;
  parallel_parts(matrices * blocks, std::max<int64_t>(1, kGrain / per_block), [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t i = begin; i < end; i++) {
      const Place place = place_of(plan, i / blocks);
      const int64_t row = i % blocks * kBlock;
      kernel(std::min(kBlock, rows - row), columns, x + place.from + row, column_stride,
             out + place.to + row * row_stride, row_stride);
    }
  });
}

}  // namespace

void copy(const CopyPlan& given, int bytes, const void* x, void* out) {
  for (int axis = 0; axis < given.axes; axis++)
    if (given.sizes[axis] == 0) return;
  const CopyPlan plan = simplified(given);
  if (bytes == 1) return copy_runs(plan, static_cast<const uint8_t*>(x), static_cast<uint8_t*>(out));
  const auto* words = static_cast<const uint32_t*>(x);
  auto* out_words = static_cast<uint32_t*>(out);
  const int last = plan.axes - 1;
  if (plan.to[last] == 1 && plan.from[last] > 1)
    for (int axis = 0; axis < last; axis++)
      if (plan.from[axis] == 1) return turn_over(plan, axis, words, out_words);
  copy_runs(plan, words, out_words);
}

}  // namespace native
