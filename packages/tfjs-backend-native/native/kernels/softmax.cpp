#include "kernels/softmax.h"

#include <cmath>

namespace native {
namespace {

constexpr int kCount = 1024 + 37;

bool close(const float* expected, const float* got, float tolerance) {
  for (int i = 0; i < kCount; i++)
    if (!(std::fabs(expected[i] - got[i]) <= tolerance * std::fmax(1.0f, std::fabs(expected[i])))) return false;
  return true;
}

}  // namespace

bool agrees(const SoftmaxKernels& candidate, const SoftmaxKernels& portable) {
  float x[kCount], dy[kCount], log_probs[kCount], expected[kCount], got[kCount];
  for (int i = 0; i < kCount; i++) {
    x[i] = static_cast<float>(i * 7919 % 1009) * 0.03f - 20;  // the largest is met late: sums are scaled again on the way
    dy[i] = static_cast<float>(i % 13) - 5;
  }
  portable.log_softmax(kCount, x, log_probs);
  candidate.log_softmax(kCount, x, got);
  if (!close(log_probs, got, 1e-6f)) return false;
  portable.softmax(kCount, x, expected);
  candidate.softmax(kCount, x, got);
  if (!close(expected, got, 1e-6f)) return false;
  portable.log_softmax_gradient(kCount, dy, log_probs, expected);
  candidate.log_softmax_gradient(kCount, dy, log_probs, got);
  return close(expected, got, 1e-5f);
}

}  // namespace native
