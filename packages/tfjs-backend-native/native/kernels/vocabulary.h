// Reductions of a row of logits over the vocabulary, all of them in one sweep, and their gradient by the logits of one model.
//
// A row holds one position's logits f, g, … of several models, and the token y that follows. With p = softmax f, q = softmax g:
//
//   form             value                              its gradient by f                  by g
//   log_prob         log p(y)                           [y] − p
//   entropy          H = −Σ p log p                     −p (log p + H)
//   log_sum_squares  S = log Σ p²                       2 (p² e^−S − p)
//   divergence       D = Σ p (log p − log q)            p (log p − log q − D)              q − p
//   tilted_log_prob  log t(y), t = softmax(f + a (f−g)) (1 + a) ([y] − t)                  −a ([y] − t)
//
// Where p = 0, p log p and p (log p − log q) are 0.
#pragma once
#include <cstdint>

namespace native {

enum class VocabularyForm : int32_t { log_prob, entropy, log_sum_squares, divergence, tilted_log_prob };
constexpr int kVocabularyForms = 5;

struct Reduction {
  VocabularyForm form;
  int32_t of, against;  // indices of models: f and g
  float tilt;           // a
};

constexpr int kMostModels = 8, kMostReductions = 32;

struct Reductions {
  int64_t columns;  // V
  int models, count;
  const Reduction* list;
};

// What the gradient wants to know of a row: for each model, then for each reduction, two numbers. Maximum and log Σ exp(x − maximum) of a
// model's logits and of tilted ones; of other reductions the value.
inline int statistics_of(const Reductions& all) { return 2 * (all.models + all.count); }

struct VocabularyKernels {
  // One value each, `stride` apart.
  void (*reduce)(const Reductions& all, const float* const* logits, int64_t id, float* values, int64_t stride, float* statistics);
  // Σ slope · gradient, by the logits of model `by`; `out` may be the logits of any model. Slopes are `stride` apart.
  void (*differentiate)(const Reductions& all, const float* const* logits, int64_t id, int by, const float* slopes, int64_t stride,
                        const float* statistics, float* out);
};

bool agrees(const VocabularyKernels& candidate, const VocabularyKernels& portable);

}  // namespace native
