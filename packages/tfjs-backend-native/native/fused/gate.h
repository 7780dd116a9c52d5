// SwiGLU on all threads. Arrays as in kernels/gate.h.
#pragma once
#include <cstdint>

namespace native {

void swiglu(int64_t count, const float* gate, const float* up, float* out);
void swiglu_gradient(int64_t count, const float* dy, const float* gate, const float* up, float* dgate, float* dup);

}  // namespace native
