// One step of AdamW [Loshchilov & Hutter 2019, Algorithm 2], and the sum of squares that clips it.
#pragma once
#include <cstdint>

namespace native {

// g ← scale·g, m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← keep·θ − rate·m / (√v·root + ε).
struct AdamWStep {
  float scale;
  float beta1, rest1;  // rest: 1 − β
  float beta2, rest2;
  float keep;  // 1 − ηλ
  float rate;  // η / (1 − β₁ᵗ)
  float root;  // 1 / √(1 − β₂ᵗ)
  float epsilon;
};

struct AdamWKernels {
  void (*update)(int64_t count, const AdamWStep& step, float* parameter, const float* gradient, float* m, float* v);
  // In double precision.
  double (*sum_of_squares)(int64_t count, const float* values);
};

bool agrees(const AdamWKernels& candidate, const AdamWKernels& portable);

}  // namespace native
