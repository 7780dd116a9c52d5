#include "kernels/vocabulary.h"

#include <cmath>

namespace native {
namespace {

constexpr int kColumns = 1024 + 37, kCount = 6;
constexpr Reduction kList[kCount] = {
    {VocabularyForm::log_prob, 0, 0, 0},   {VocabularyForm::entropy, 0, 0, 0},    {VocabularyForm::log_sum_squares, 0, 0, 0},
    {VocabularyForm::divergence, 0, 1, 0}, {VocabularyForm::divergence, 1, 0, 0}, {VocabularyForm::tilted_log_prob, 0, 1, 0.1f},
};

bool close(int count, const float* expected, const float* got) {
  for (int i = 0; i < count; i++)
    if (!(std::fabs(expected[i] - got[i]) <= 1e-5f * std::fmax(1.0f, std::fabs(expected[i])))) return false;
  return true;
}

}  // namespace

bool agrees(const VocabularyKernels& candidate, const VocabularyKernels& portable) {
  const Reductions all = {kColumns, 2, kCount, kList};
  float f[kColumns], g[kColumns], expected[kColumns], got[kColumns];
  for (int i = 0; i < kColumns; i++) {
    f[i] = static_cast<float>(i * 7919 % 1009) * 0.02f - 15;  // the largest is met late: sums are scaled again on the way
    g[i] = f[i] + static_cast<float>(i % 7) * 0.1f;
  }
  const float* const logits[] = {f, g};
  const float slopes[kCount] = {1, -0.5f, 0.25f, 1, 2, -1};
  float values[kCount], other_values[kCount], statistics[2 * (2 + kCount)], other_statistics[2 * (2 + kCount)];
  portable.reduce(all, logits, 1024, values, 1, statistics);
  candidate.reduce(all, logits, 1024, other_values, 1, other_statistics);
  if (!close(kCount, values, other_values) || !close(statistics_of(all), statistics, other_statistics)) return false;
  for (int by = 0; by < 2; by++) {
    portable.differentiate(all, logits, 1024, by, slopes, 1, statistics, expected);
    candidate.differentiate(all, logits, 1024, by, slopes, 1, statistics, got);
    if (!close(kColumns, expected, got)) return false;
  }
  return true;
}

}  // namespace native
