#include "fused/norm.h"

#include <algorithm>
#include <vector>

#include "fused/grain.h"
#include "instruction-sets/kernel_set.h"
#include "kernels/stream.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// Rows whose gradients of the weight are added in float32 before they go to the sums in double precision.
constexpr int64_t kRun = 64;
// Blocks of rows, each with sums of its own. Not the number of threads, so that the last bits do not depend on it.
constexpr int64_t kMostBlocks = 64;
constexpr int64_t kBlock = 4 * kGrain;

}  // namespace

void rms_norm(int64_t rows, int64_t width, const float* x, const float* weight, double epsilon, float* y, float* r) {
  const bool streamed = rows * width >= kStreamedFrom;
  parallel_parts(rows, rows_of_grain(width), [&](int64_t begin, int64_t end, int64_t) {
    kernels().norm.rms_forward(end - begin, width, x + begin * width, weight, epsilon, y + begin * width, r + begin, streamed);
  });
}

void rms_norm_gradient(int64_t rows, int64_t width, const float* dy, const float* x, const float* weight, const float* r, float* dx,
                       float* dweight) {
  const bool streamed = rows * width >= kStreamedFrom;
  const int64_t blocks = std::clamp<int64_t>(std::min(rows * width / kBlock, rows), 1, kMostBlocks);
  std::vector<double> sums(static_cast<size_t>(blocks * width));
  std::vector<float> runs(sums.size());
  parallel_tasks(blocks, [&](int64_t block) {
    double* sum = sums.data() + block * width;
    float* run = runs.data() + block * width;
    const int64_t end = rows * (block + 1) / blocks;
    for (int64_t row = rows * block / blocks; row < end; row += kRun) {
      const int64_t count = std::min(kRun, end - row), at = row * width;
      kernels().norm.rms_backward(count, width, dy + at, x + at, weight, r + row, dx + at, run, streamed);
      for (int64_t i = 0; i < width; i++) sum[i] += static_cast<double>(run[i]);
      std::fill_n(run, width, 0.0f);
    }
  });
  for (int64_t block = 1; block < blocks; block++)
    for (int64_t i = 0; i < width; i++) sums[static_cast<size_t>(i)] += sums[static_cast<size_t>(block * width + i)];
  for (int64_t i = 0; i < width; i++) dweight[i] = static_cast<float>(sums[static_cast<size_t>(i)]);
}

}  // namespace native
