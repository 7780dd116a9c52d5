#include "kernels/convert.h"

#include <cstring>

namespace native {

bool agrees(const ConvertKernels& candidate, const ConvertKernels& portable) {
  // Every exponent of either sign: zeros, denormals, what overflows, infinities and NaN among them.
  constexpr int kCount = 523;
  uint32_t bits[kCount];
  uint16_t halves[kCount], words[2][2][kCount];
  float values[kCount], wide[2][2][kCount];
  for (uint32_t i = 0; i < kCount; i++) {
    bits[i] = (i << 23) + i * 7919u % 0x800000u;
    halves[i] = static_cast<uint16_t>(i * 131u);
  }
  std::memcpy(values, bits, sizeof values);
  const ConvertKernels* both[] = {&portable, &candidate};
  for (int i = 0; i < 2; i++) {
    both[i]->to_bf16(kCount, values, words[i][0]);
    both[i]->to_f16(kCount, values, words[i][1]);
    both[i]->from_bf16(kCount, halves, wide[i][0], i == 1);
    both[i]->from_f16(kCount, halves, wide[i][1], i == 1);
  }
  return std::memcmp(words[0], words[1], sizeof words[0]) == 0 && std::memcmp(wide[0], wide[1], sizeof wide[0]) == 0;
}

}  // namespace native
