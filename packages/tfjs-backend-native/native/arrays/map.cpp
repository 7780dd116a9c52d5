#include "arrays/map.h"

#include <algorithm>

#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// Numbers below which a second thread costs more than it saves: memory moves some 4 in a nanosecond, waking a thread takes microseconds;
// an exponential takes half a nanosecond.
constexpr int64_t kGrain = 16384;
// One number takes tens of nanoseconds.
constexpr int64_t kPowGrain = 512;

// Calls run(form, count, a's offset, b's offset, out's offset) for pieces of rows that cover the output.
template <class F>
void over_rows(const Broadcast& shape, int64_t grain, const F& run) {
  constexpr int kLast = Broadcast::kAxes - 1;
  const bool a_runs = shape.a_has[kLast], b_runs = shape.b_has[kLast];
  const Form form = a_runs && b_runs ? kBothArrays : a_runs ? kSecondNumber : kFirstNumber;
  const int64_t row = shape.sizes[kLast];
  int64_t a_strides[kLast], b_strides[kLast];
  int64_t a_size = a_runs ? row : 1, b_size = b_runs ? row : 1;
  for (int axis = kLast - 1; axis >= 0; axis--) {
    a_strides[axis] = shape.a_has[axis] ? a_size : 0;
    b_strides[axis] = shape.b_has[axis] ? b_size : 0;
    if (shape.a_has[axis]) a_size *= shape.sizes[axis];
    if (shape.b_has[axis]) b_size *= shape.sizes[axis];
  }
  parallel_parts(shape.size(), grain, [&](int64_t begin, int64_t end, int64_t) {
    if (begin == end) return;
    int64_t at[kLast], rest = begin / row, column = begin % row;
    for (int axis = kLast - 1; axis >= 0; axis--) {
      at[axis] = rest % shape.sizes[axis];
      rest /= shape.sizes[axis];
    }
    for (int64_t i = begin; i < end; column = 0) {
      const int64_t count = std::min(row - column, end - i);
      int64_t a = a_runs ? column : 0, b = b_runs ? column : 0;
      for (int axis = 0; axis < kLast; axis++) {
        a += at[axis] * a_strides[axis];
        b += at[axis] * b_strides[axis];
      }
      run(form, count, a, b, i);
      i += count;
      for (int axis = kLast - 1; axis >= 0 && ++at[axis] == shape.sizes[axis]; axis--) at[axis] = 0;
    }
  });
}

template <class T>
void compare(const T (&kernels)[kFormCount], const Broadcast& shape, const auto* a, const auto* b, uint8_t* out) {
  over_rows(shape, kGrain, [&](Form form, int64_t count, int64_t at_a, int64_t at_b, int64_t at) {
    kernels[form](count, a + at_a, b + at_b, out + at);
  });
}

}  // namespace

void map_unary(UnaryCode code, int64_t count, const float* x, float* out, float p, float q) {
  const UnaryKernel kernel = kernels().elementwise.unary[code];
  parallel_parts(count, kGrain,
                 [&](int64_t begin, int64_t end, int64_t) { kernel(end - begin, x + begin, out + begin, p, q); });
}

void map_test(TestCode code, int64_t count, const float* x, uint8_t* out) {
  const TestKernel kernel = kernels().elementwise.tests[code];
  parallel_parts(count, kGrain, [&](int64_t begin, int64_t end, int64_t) { kernel(end - begin, x + begin, out + begin); });
}

void map_binary(BinaryCode code, const Broadcast& shape, const float* a, const float* b, float* out) {
  const auto& forms = kernels().elementwise.binary[code];
  over_rows(shape, code == kPow ? kPowGrain : kGrain,
            [&](Form form, int64_t count, int64_t at_a, int64_t at_b, int64_t at) {
              forms[form](count, a + at_a, b + at_b, out + at);
            });
}

void map_comparison(ComparisonCode code, const Broadcast& shape, const float* a, const float* b, uint8_t* out) {
  compare(kernels().elementwise.comparisons[code], shape, a, b, out);
}

void map_comparison(ComparisonCode code, const Broadcast& shape, const int32_t* a, const int32_t* b, uint8_t* out) {
  compare(kernels().elementwise.int_comparisons[code], shape, a, b, out);
}

void map_logical(LogicalCode code, const Broadcast& shape, const uint8_t* a, const uint8_t* b, uint8_t* out) {
  compare(kernels().elementwise.logical[code], shape, a, b, out);
}

void map_select(int64_t count, const uint8_t* where, const float* yes, const float* no, float* out) {
  parallel_parts(count, kGrain, [&](int64_t begin, int64_t end, int64_t) {
    kernels().elementwise.select(end - begin, where + begin, yes + begin, no + begin, out + begin);
  });
}

void map_sum(int terms, int64_t count, const float* const* x, float* out) {
  // Partial sums stay in the first-level cache.
  constexpr int64_t kBlock = 2048;
  const BinaryKernel add = kernels().elementwise.binary[kAdd][kBothArrays];
  parallel_parts(count, kGrain, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t i = begin; i < end; i += kBlock) {
      const int64_t length = std::min(kBlock, end - i);
      add(length, x[0] + i, x[1] + i, out + i);
      for (int term = 2; term < terms; term++) add(length, out + i, x[term] + i, out + i);
    }
  });
}

void convert(int64_t count, const float* x, int32_t* out) {
  parallel_parts(count, kGrain, [&](int64_t begin, int64_t end, int64_t) {
    kernels().elementwise.float_to_int(end - begin, x + begin, out + begin);
  });
}

void convert(int64_t count, const int32_t* x, float* out) {
  parallel_parts(count, kGrain, [&](int64_t begin, int64_t end, int64_t) {
    kernels().elementwise.int_to_float(end - begin, x + begin, out + begin);
  });
}

void convert(int64_t count, const uint8_t* x, float* out) {
  parallel_parts(count, kGrain, [&](int64_t begin, int64_t end, int64_t) {
    kernels().elementwise.byte_to_float(end - begin, x + begin, out + begin);
  });
}

}  // namespace native
