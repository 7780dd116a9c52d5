#include "kernels/adamw.h"

#include "kernels/close.h"

namespace native {

bool agrees(const AdamWKernels& candidate, const AdamWKernels& portable) {
  constexpr int kCount = 77;
  constexpr AdamWStep step = {0.5f, 0.9f, 0.1f, 0.99f, 0.01f, 0.999f, 0.01f, 2, 1e-8f};
  float gradient[kCount], parameter[2][kCount], m[2][kCount], v[2][kCount];
  fill_wave(kCount, gradient, 1);
  const AdamWKernels* both[] = {&portable, &candidate};
  double squares[2];
  for (int i = 0; i < 2; i++) {
    fill_wave(kCount, parameter[i], 2);
    fill_wave(kCount, m[i], 3);
    for (int k = 0; k < kCount; k++) v[i][k] = m[i][k] * m[i][k];
    both[i]->update(kCount, step, parameter[i], gradient, m[i], v[i]);
    squares[i] = both[i]->sum_of_squares(kCount, gradient);
  }
  return all_close(kCount, parameter[0], parameter[1], 1e-5f) && all_close(kCount, m[0], m[1], 1e-5f) &&
         all_close(kCount, v[0], v[1], 1e-5f) && std::fabs(squares[0] - squares[1]) <= 1e-9 * squares[0];
}

}  // namespace native
