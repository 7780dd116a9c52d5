#include "kernels/skinny.h"

#include <cstddef>
#include <vector>

namespace native {
namespace {

constexpr int64_t kRows = 5, kColumns = 39, kDepth = 27;

std::vector<float> samples(int64_t count) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < numbers.size(); i++) numbers[i] = static_cast<float>(i * 37 % 23) - 11;
  return numbers;
}

template <class Kernel>
std::vector<float> sums_of(Kernel kernel, int64_t ld) {
  const std::vector<float> x = samples(kRows * kDepth), b = samples(kColumns * kDepth);
  std::vector<float> sums(kRows * kColumns);
  kernel(kRows, kColumns, kDepth, x.data(), b.data(), ld, sums.data(), kColumns);
  return sums;
}

}  // namespace

// Of whole numbers: exact in any order.
bool agrees(const SkinnyKernels& candidate, const SkinnyKernels& portable) {
  return sums_of(candidate.combine, kColumns) == sums_of(portable.combine, kColumns) &&
         sums_of(candidate.dot, kDepth) == sums_of(portable.dot, kDepth);
}

}  // namespace native
