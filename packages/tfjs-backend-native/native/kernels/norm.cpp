#include "kernels/norm.h"

#include "kernels/close.h"

namespace native {

bool agrees(const NormKernels& candidate, const NormKernels& portable) {
  constexpr int kRows = 3, kWidth = 77, kCount = kRows * kWidth;
  float x[kCount], dy[kCount], weight[kWidth], y[2][kCount], r[2][kRows], dx[2][kCount], dweight[2][kWidth] = {};
  fill_wave(kCount, x, 1);
  fill_wave(kCount, dy, 2);
  fill_wave(kWidth, weight, 3);
  const NormKernels* both[] = {&portable, &candidate};
  for (int i = 0; i < 2; i++) {
    both[i]->rms_forward(kRows, kWidth, x, weight, 1e-5, y[i], r[i], i == 1);
    both[i]->rms_backward(kRows, kWidth, dy, x, weight, r[i], dx[i], dweight[i], i == 1);
  }
  return all_close(kCount, y[0], y[1], 1e-5f) && all_close(kRows, r[0], r[1], 1e-5f) && all_close(kCount, dx[0], dx[1], 1e-4f) &&
         all_close(kWidth, dweight[0], dweight[1], 1e-4f);
}

}  // namespace native
