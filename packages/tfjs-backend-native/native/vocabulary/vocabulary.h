// The kernels of kernels/vocabulary.h over the rows of matrices of logits, on all threads. Rows are independent: the thread count changes no
// bit.
#pragma once
#include <cstdint>

#include "kernels/vocabulary.h"

namespace native {

struct VocabularyRows {
  Reductions reductions;
  int64_t rows;
  const float* const* logits;  // of each model [rows, columns]
  const int32_t* ids;          // [rows]
};

// values [count, rows], statistics [rows, statistics_of(reductions)].
void reduce_rows(const VocabularyRows& all, float* values, float* statistics);

// slopes [count, rows]; out [rows, columns], which may be logits.
void differentiate_rows(const VocabularyRows& all, int by, const float* slopes, const float* statistics, float* out);

}  // namespace native
