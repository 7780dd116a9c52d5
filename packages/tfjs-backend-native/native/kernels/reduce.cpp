#include "kernels/reduce.h"

#include <cmath>

namespace native {

double neutral(int code) {
  switch (code) {
    case kProd: return 1;
    case kMax: return -INFINITY;
    case kMin: return INFINITY;
    default: return 0;
  }
}

double joined(int code, double a, double b) {
  switch (code) {
    case kProd: return a * b;
    case kMax: return a >= b || std::isnan(a) ? a : b;
    case kMin: return a <= b || std::isnan(a) ? a : b;
    default: return a + b;
  }
}

bool agrees(const ReduceKernels& candidate, const ReduceKernels& portable) {
  constexpr int kRows = 7, kColumns = 41, kCount = kRows * kColumns;
  float x[kCount];
  for (int i = 0; i < kCount; i++) x[i] = 1 + static_cast<float>((i * 37) % 101 - 50) / 101;
  const auto close = [](double a, double b) { return std::fabs(a - b) <= 1e-9 * std::fabs(b); };
  for (int code = 0; code < kReductionCount; code++) {
    if (!close(candidate.row[code](kCount, x), portable.row[code](kCount, x))) return false;
    double got[kColumns], expected[kColumns];
    for (int c = 0; c < kColumns; c++) got[c] = expected[c] = neutral(code);
    candidate.columns[code](kRows, kColumns, kColumns, x, got);
    portable.columns[code](kRows, kColumns, kColumns, x, expected);
    for (int c = 0; c < kColumns; c++)
      if (!close(got[c], expected[c])) return false;
  }
  return candidate.arg_max(kCount, x) == portable.arg_max(kCount, x) && candidate.arg_min(kCount, x) == portable.arg_min(kCount, x);
}

}  // namespace native
