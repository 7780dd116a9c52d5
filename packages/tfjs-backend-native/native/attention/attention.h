// Grouped-query attention over packed prefix trees, forward and backward, on all threads.
#pragma once
#include <cstdint>
#include <vector>

#include "attention/spans.h"

namespace native {

struct AttentionProblem {
  int64_t rows;  // tokens
  int64_t heads, key_value_heads, head_dim;
  std::vector<AttentionSpan> spans;

  int64_t group() const { return heads / key_value_heads; }
  int64_t query_width() const { return heads * head_dim; }
  int64_t key_width() const { return key_value_heads * head_dim; }
};

// q, out: [rows, heads · head_dim]; k, v: [rows, key_value_heads · head_dim]; lse [rows, heads]: log Σ e^score, for the gradient.
// Rows in no span become zeros. Scores are scaled by 1/√head_dim. Throws std::bad_alloc.
void attention_forward(const AttentionProblem& problem, const float* q, const float* k, const float* v, float* out, float* lse);

// The gradients by q, k and v. Throws std::bad_alloc.
void attention_backward(const AttentionProblem& problem, const float* dy, const float* q, const float* k, const float* v, const float* out,
                        const float* lse, float* dq, float* dk, float* dv);

}  // namespace native
