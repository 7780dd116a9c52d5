// For the checks of one instruction set against the portable one, and nothing finer.
#pragma once
#include <cmath>
#include <cstdint>

namespace native {

inline bool all_close(int64_t count, const float* expected, const float* got, float tolerance) {
  for (int64_t i = 0; i < count; i++)
    if (!(std::fabs(expected[i] - got[i]) <= tolerance * (1 + std::fabs(expected[i])))) return false;
  return true;
}

// Some numbers of both signs, none of them near 0.
inline void fill_wave(int64_t count, float* values, int seed) {
  for (int64_t i = 0; i < count; i++) {
    const float size = 0.25f + static_cast<float>((i * 37 + seed * 11) % 23) / 10;
    values[i] = (i * 5 + seed) % 3 == 0 ? -size : size;
  }
}

}  // namespace native
