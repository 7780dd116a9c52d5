#include "kernels/rope.h"

#include "kernels/close.h"

namespace native {

bool agrees(const RopeKernels& candidate, const RopeKernels& portable) {
  constexpr int kRows = 2, kHeads = 3, kHalf = 21, kTable = kRows * 2 * kHalf, kCount = kHeads * kTable;
  float x[kCount], cos[kTable], sin[kTable], y[2][kCount];
  fill_wave(kCount, x, 1);
  fill_wave(kTable, cos, 2);
  fill_wave(kTable, sin, 3);
  portable.rotate(kRows, kHeads, kHalf, x, cos, sin, -1, y[0], false);
  candidate.rotate(kRows, kHeads, kHalf, x, cos, sin, -1, y[1], true);
  return all_close(kCount, y[0], y[1], 1e-5f);
}

}  // namespace native
