// RMS norm on all threads. Arrays as in kernels/norm.h; epsilon ≥ 0.
#pragma once
#include <cstdint>

namespace native {

void rms_norm(int64_t rows, int64_t width, const float* x, const float* weight, double epsilon, float* y, float* r);

// dweight [width] is set, and has the same bits for any number of threads.
void rms_norm_gradient(int64_t rows, int64_t width, const float* dy, const float* x, const float* weight, const float* r, float* dx,
                       float* dweight);

}  // namespace native
