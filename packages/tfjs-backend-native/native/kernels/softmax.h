// Softmax of a row, its logarithm, and the gradient of that. Sums lose no mass over rows of any length: short blocks are summed by vectors,
// blocks in double precision.
#pragma once
#include <cstdint>

namespace native {

// log Σ exp x = maximum + log_sum: apart, so that x − maximum stays exact where logits are large.
struct LogSumExp {
  float maximum;
  double log_sum;
};

struct SoftmaxKernels {
  LogSumExp (*log_sum_exp)(int64_t count, const float* x);
  // `out` may be `x`.
  void (*softmax)(int64_t count, const float* x, float* out);
  void (*log_softmax)(int64_t count, const float* x, float* out);
  // dx = dy − exp(log_probs)·Σ dy; `dx` may be `dy`.
  void (*log_softmax_gradient)(int64_t count, const float* dy, const float* log_probs, float* dx);
};

bool agrees(const SoftmaxKernels& candidate, const SoftmaxKernels& portable);

}  // namespace native
