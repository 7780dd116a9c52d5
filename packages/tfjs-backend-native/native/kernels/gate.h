// SwiGLU [Shazeer 2020]: silu(gate)·up, silu(g) = g·σ(g).
#pragma once
#include <cstdint>

namespace native {

struct GateKernels {
  void (*swiglu_forward)(int64_t count, const float* gate, const float* up, float* out, bool streamed);
  // dgate = dy·up·(σ + silu·(1 − σ)), dup = dy·silu.
  void (*swiglu_backward)(int64_t count, const float* dy, const float* gate, const float* up, float* dgate, float* dup, bool streamed);
};

bool agrees(const GateKernels& candidate, const GateKernels& portable);

}  // namespace native
