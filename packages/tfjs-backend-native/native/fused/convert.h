// 16-bit floating-point numbers on all threads. See kernels/convert.h.
#pragma once
#include <cstdint>

namespace native {

enum class HalfFormat { bf16, f16 };

void widen(HalfFormat format, int64_t count, const uint16_t* from, float* to);
void narrow(HalfFormat format, int64_t count, const float* from, uint16_t* to);

}  // namespace native
