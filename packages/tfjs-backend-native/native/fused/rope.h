// Rotary position embedding on all threads. Arrays as in kernels/rope.h.
#pragma once
#include <cstdint>

namespace native {

void rope(int64_t rows, int64_t heads, int64_t half, const float* x, const float* cos, const float* sin, bool backwards, float* y);

}  // namespace native
