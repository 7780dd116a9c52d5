#include "fused/convert.h"

#include "fused/grain.h"
#include "instruction-sets/kernel_set.h"
#include "kernels/stream.h"
#include "runtime/thread_pool.h"

namespace native {

void widen(HalfFormat format, int64_t count, const uint16_t* from, float* to) {
  const auto kernel = format == HalfFormat::bf16 ? kernels().convert.from_bf16 : kernels().convert.from_f16;
  const bool streamed = count >= kStreamedFrom;
  parallel_parts(count, kGrain, [&](int64_t begin, int64_t end, int64_t) { kernel(end - begin, from + begin, to + begin, streamed); });
}

void narrow(HalfFormat format, int64_t count, const float* from, uint16_t* to) {
  const auto kernel = format == HalfFormat::bf16 ? kernels().convert.to_bf16 : kernels().convert.to_f16;
  parallel_parts(count, kGrain, [&](int64_t begin, int64_t end, int64_t) { kernel(end - begin, from + begin, to + begin); });
}

}  // namespace native
