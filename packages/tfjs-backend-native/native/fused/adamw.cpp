#include "fused/adamw.h"

#include <algorithm>
#include <cmath>

#include "fused/grain.h"
#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {

void adamw(const std::vector<AdamWTensor>& tensors) {
  std::vector<int64_t> ends;  // of each tensor, when all are laid end to end
  int64_t total = 0;
  for (const AdamWTensor& tensor : tensors) ends.push_back(total += tensor.count);
  parallel_parts(total, kGrain / 4, [&](int64_t begin, int64_t end, int64_t) {
    auto at = static_cast<size_t>(std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin());
    for (; begin < end; begin = ends[at++]) {
      const AdamWTensor& tensor = tensors[at];
      const int64_t from = begin - (ends[at] - tensor.count), count = std::min(end, ends[at]) - begin;
      kernels().adamw.update(count, tensor.step, tensor.parameter + from, tensor.gradient + from, tensor.m + from, tensor.v + from);
    }
  });
}

double global_norm(const std::vector<Values>& tensors) {
  constexpr int64_t kChunk = 2 * kGrain;
  std::vector<Values> chunks;
  int64_t total = 0;
  for (const Values& tensor : tensors) {
    total += tensor.count;
    for (int64_t at = 0; at < tensor.count; at += kChunk) chunks.push_back({std::min(kChunk, tensor.count - at), tensor.data + at});
  }
  std::vector<double> sums(chunks.size());
  const auto add = [&](int64_t chunk) {
    const auto at = static_cast<size_t>(chunk);
    sums[at] = kernels().adamw.sum_of_squares(chunks[at].count, chunks[at].data);
  };
  const auto count = static_cast<int64_t>(chunks.size());
  if (total >= 2 * kChunk) parallel_tasks(count, add);
  else
    for (int64_t chunk = 0; chunk < count; chunk++) add(chunk);
  double sum = 0;
  for (double part : sums) sum += part;
  return std::sqrt(sum);
}

}  // namespace native
