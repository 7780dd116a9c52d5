#include "vocabulary/vocabulary.h"

#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// f(row, that row of each model's logits). A thread is worth some 10,000 exponentials.
template <class F>
void for_rows(const VocabularyRows& all, const F& f) {
  const int64_t columns = all.reductions.columns;
  parallel_parts(all.rows, 1 + 16384 / (columns + 1), [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t row = begin; row < end; row++) {
      const float* logits[kMostModels] = {};
      for (int m = 0; m < all.reductions.models; m++) logits[m] = all.logits[m] + row * columns;
      f(row, logits);
    }
  });
}

}  // namespace

void reduce_rows(const VocabularyRows& all, float* values, float* statistics) {
  const int64_t per_row = statistics_of(all.reductions);
  for_rows(all, [&](int64_t row, const float* const* logits) {
    kernels().vocabulary.reduce(all.reductions, logits, all.ids[row], values + row, all.rows, statistics + row * per_row);
  });
}

void differentiate_rows(const VocabularyRows& all, int by, const float* slopes, const float* statistics, float* out) {
  const int64_t per_row = statistics_of(all.reductions);
  for_rows(all, [&](int64_t row, const float* const* logits) {
    kernels().vocabulary.differentiate(all.reductions, logits, all.ids[row], by, slopes + row, all.rows, statistics + row * per_row,
                                       out + row * all.reductions.columns);
  });
}

}  // namespace native
