// Many numbers to one: sums, products, extremes. Totals are kept in double, so a sum of float32 is rounded once.
#pragma once
#include <cstdint>

namespace native {

// As TensorFlow.js names its kernels. Max and Min of numbers with a NaN among them are NaN.
#define NATIVE_REDUCTIONS(X) X(Sum) X(Prod) X(Max) X(Min)
#define NATIVE_CODE(Name) k##Name,
enum ReductionCode { NATIVE_REDUCTIONS(NATIVE_CODE) kReductionCount };
#undef NATIVE_CODE

struct ReduceKernels {
  // Of `count` numbers in a row.
  double (*row[kReductionCount])(int64_t count, const float* x);
  // totals[c] = totals[c] ∘ x[0, c] ∘ x[1, c] … for rows `stride` apart.
  void (*columns[kReductionCount])(int64_t rows, int64_t columns, int64_t stride, const float* x, double* totals);
  // Where the greatest (the least) number first stands. NaN is passed over, but 0 if x[0] is one. count ≥ 1.
  int64_t (*arg_max)(int64_t count, const float* x);
  int64_t (*arg_min)(int64_t count, const float* x);
};

// What a total starts from, and how two of them become one.
double neutral(int code);
double joined(int code, double a, double b);

bool agrees(const ReduceKernels& candidate, const ReduceKernels& portable);

}  // namespace native
