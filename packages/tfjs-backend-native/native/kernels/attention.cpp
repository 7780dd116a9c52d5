#include "kernels/attention.h"

#include <cmath>
#include <vector>

namespace native {
namespace {

// Two heads of 20 numbers that share keys; a span of 5 tokens after a prefix of 70, more than one block.
constexpr AttentionSizes kSizes = {.head_dim = 20, .packed_dim = 32, .group = 2, .query_stride = 40, .lse_stride = 2, .scale = 0.25f};
constexpr QueryBlock kBlock = {.first = 0, .count = 10, .prefix_begin = 0, .prefix_end = 70, .own_begin = 70};
constexpr int64_t kTokens = 75, kPackedRows = kTokens + kAttentionPadding;

struct Results {
  std::vector<float> out = std::vector<float>(kTokens * kSizes.query_stride), lse = std::vector<float>(kTokens * kSizes.lse_stride);
  std::vector<float> dq = out, d_keys = std::vector<float>(kPackedRows * kSizes.packed_dim), d_values = d_keys;
};

Results run(const AttentionKernels& kernels) {
  Results results;
  std::vector<float> q = results.out, dy = q, keys = results.d_keys, values = keys;
  std::vector<float> scratch(static_cast<size_t>(attention_scratch(kSizes.packed_dim)));
  for (size_t i = 0; i < q.size(); i++) q[i] = std::sin(static_cast<float>(i)), dy[i] = std::cos(static_cast<float>(i));
  for (int64_t i = 0; i < kTokens * kSizes.packed_dim; i++) {
    if (i % kSizes.packed_dim >= kSizes.head_dim) continue;
    keys[static_cast<size_t>(i)] = std::sin(0.7f * static_cast<float>(i));
    values[static_cast<size_t>(i)] = std::cos(0.3f * static_cast<float>(i));
  }
  kernels.forward(kSizes, kBlock, {q.data(), keys.data(), values.data(), results.out.data(), results.lse.data()}, scratch.data());
  kernels.backward(kSizes, kBlock,
                   {q.data(), keys.data(), values.data(), results.out.data(), results.lse.data(), dy.data(), results.dq.data(),
                    results.d_keys.data(), results.d_values.data(), 0},
                   scratch.data());
  return results;
}

bool close(const std::vector<float>& a, const std::vector<float>& b) {
  for (size_t i = 0; i < a.size(); i++)
    if (!(std::fabs(a[i] - b[i]) <= 1e-4f)) return false;
  return true;
}

}  // namespace

bool agrees(const AttentionKernels& candidate, const AttentionKernels& portable) {
  const Results expected = run(portable), got = run(candidate);
  return close(expected.out, got.out) && close(expected.lse, got.lse) && close(expected.dq, got.dq) && close(expected.d_keys, got.d_keys) &&
         close(expected.d_values, got.d_values);
}

}  // namespace native
