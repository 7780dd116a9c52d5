// Rotary position embedding [Su et al. 2021], in halves: (x₁, x₂) of a head becomes (x₁cos − x₂sin, x₂cos + x₁sin).
#pragma once
#include <cstdint>

namespace native {

struct RopeKernels {
  // x, y [rows, heads, 2·half], cos and sin [rows, 2·half]. `sign` −1 turns the other way: the gradient, where both halves of the tables
  // are alike.
  void (*rotate)(int64_t rows, int64_t heads, int64_t half, const float* x, const float* cos, const float* sin, float sign, float* y,
                 bool streamed);
};

bool agrees(const RopeKernels& candidate, const RopeKernels& portable);

}  // namespace native
