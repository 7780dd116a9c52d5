// Between float32 and the two 16-bit formats: bfloat16 (the upper half of a float32) and IEEE binary16. Rounds to the nearest, ties to even;
// NaN stays NaN, what is too large becomes infinite, denormals are exact.
#pragma once
#include <cstdint>

namespace native {

struct ConvertKernels {
  void (*from_bf16)(int64_t count, const uint16_t* from, float* to, bool streamed);
  void (*from_f16)(int64_t count, const uint16_t* from, float* to, bool streamed);
  void (*to_bf16)(int64_t count, const float* from, uint16_t* to);
  void (*to_f16)(int64_t count, const float* from, uint16_t* to);
};

bool agrees(const ConvertKernels& candidate, const ConvertKernels& portable);

}  // namespace native
