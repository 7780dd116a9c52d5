#include "kernels/transpose.h"

#include <cstring>

namespace native {

bool agrees(const TransposeKernels& candidate, const TransposeKernels& portable) {
  constexpr int kRows = 37, kColumns = 35, kCount = kRows * kColumns;
  uint32_t x[kCount], expected[kCount], got[kCount];
  for (uint32_t i = 0; i < kCount; i++) x[i] = i * 2654435761u;
  portable.block(kRows, kColumns, x, kRows, expected, kColumns);
  candidate.block(kRows, kColumns, x, kRows, got, kColumns);
  return std::memcmp(expected, got, sizeof got) == 0;
}

}  // namespace native
