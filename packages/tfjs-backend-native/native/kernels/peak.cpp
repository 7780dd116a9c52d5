#include "kernels/peak.h"

#include <cmath>

namespace native {

bool agrees(const PeakKernels& candidate, const PeakKernels& portable) {
  constexpr int kCount = 37;
  float a[kCount], b[kCount], expected[kCount], got[kCount];
  for (int i = 0; i < kCount; i++) {
    a[i] = static_cast<float>(i) - 18;
    b[i] = 1.0f / static_cast<float>(i + 1);
  }
  portable.triad(kCount, a, b, 3, expected);
  candidate.triad(kCount, a, b, 3, got);
  for (int i = 0; i < kCount; i++)
    if (!(std::fabs(expected[i] - got[i]) <= 1e-5f)) return false;
  return true;
}

}  // namespace native
