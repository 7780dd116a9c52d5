// RMS norm of rows [Zhang & Sennrich 2019].
#pragma once
#include <cstdint>

namespace native {

struct NormKernels {
  // y = x·r·weight, r = 1/√(mean x² + ε) of each row; x, y [rows, width], r [rows], weight [width].
  void (*rms_forward)(int64_t rows, int64_t width, const float* x, const float* weight, double epsilon, float* y, float* r, bool streamed);
  // dx = (dy·weight − x·r·mean(dy·weight·x·r))·r; adds Σ dy·x·r over the rows to dweight [width].
  void (*rms_backward)(int64_t rows, int64_t width, const float* dy, const float* x, const float* weight, const float* r, float* dx,
                       float* dweight, bool streamed);
};

bool agrees(const NormKernels& candidate, const NormKernels& portable);

}  // namespace native
