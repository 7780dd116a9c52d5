#include "vocabulary/softmax.h"

#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// f(offset of a row) for all rows. A thread is worth some 10,000 exponentials.
template <class F>
void for_rows(int64_t rows, int64_t columns, const F& f) {
  parallel_parts(rows, 1 + 16384 / (columns + 1), [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t row = begin; row < end; row++) f(row * columns);
  });
}

}  // namespace

void softmax_rows(int64_t rows, int64_t columns, const float* x, float* out) {
  for_rows(rows, columns, [&](int64_t at) { kernels().softmax.softmax(columns, x + at, out + at); });
}

void log_softmax_rows(int64_t rows, int64_t columns, const float* x, float* out) {
  for_rows(rows, columns, [&](int64_t at) { kernels().softmax.log_softmax(columns, x + at, out + at); });
}

void log_softmax_gradient_rows(int64_t rows, int64_t columns, const float* dy, const float* log_probs, float* dx) {
  for_rows(rows, columns, [&](int64_t at) {
    kernels().softmax.log_softmax_gradient(columns, dy + at, log_probs + at, dx + at);
  });
}

}  // namespace native
