#include "kernels/gate.h"

#include "kernels/close.h"

namespace native {

bool agrees(const GateKernels& candidate, const GateKernels& portable) {
  constexpr int kCount = 77;
  float gate[kCount], up[kCount], dy[kCount], out[2][kCount], dgate[2][kCount], dup[2][kCount];
  fill_wave(kCount, gate, 1);
  fill_wave(kCount, up, 2);
  fill_wave(kCount, dy, 3);
  const GateKernels* both[] = {&portable, &candidate};
  for (int i = 0; i < 2; i++) {
    both[i]->swiglu_forward(kCount, gate, up, out[i], i == 1);
    both[i]->swiglu_backward(kCount, dy, gate, up, dgate[i], dup[i], i == 1);
  }
  return all_close(kCount, out[0], out[1], 1e-5f) && all_close(kCount, dgate[0], dgate[1], 1e-5f) &&
         all_close(kCount, dup[0], dup[1], 1e-5f);
}

}  // namespace native
