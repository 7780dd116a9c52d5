// What the processor can do at most: the measure of every other kernel.
#pragma once
#include <cstdint>

namespace native {

struct PeakKernels {
  // `rounds` times a chain of multiply-adds that fills all units; the number of float32 operations done (a multiply-add is two).
  double (*multiply_adds)(int64_t rounds, float* sink);
  // The same of dot products of bfloat16; nullptr where there are none.
  double (*bf16_multiply_adds)(int64_t rounds, float* sink);
  // out = a + factor · b.
  void (*triad)(int64_t count, const float* a, const float* b, float factor, float* out);
};

bool agrees(const PeakKernels& candidate, const PeakKernels& portable);

}  // namespace native
