#include "fused/gate.h"

#include "fused/grain.h"
#include "instruction-sets/kernel_set.h"
#include "kernels/stream.h"
#include "runtime/thread_pool.h"

namespace native {

void swiglu(int64_t count, const float* gate, const float* up, float* out) {
  const bool streamed = count >= kStreamedFrom;
  parallel_parts(count, kGrain / 2, [&](int64_t begin, int64_t end, int64_t) {
    kernels().gate.swiglu_forward(end - begin, gate + begin, up + begin, out + begin, streamed);
  });
}

void swiglu_gradient(int64_t count, const float* dy, const float* gate, const float* up, float* dgate, float* dup) {
  const bool streamed = count >= kStreamedFrom / 2;
  parallel_parts(count, kGrain / 2, [&](int64_t begin, int64_t end, int64_t) {
    kernels().gate.swiglu_backward(end - begin, dy + begin, gate + begin, up + begin, dgate + begin, dup + begin, streamed);
  });
}

}  // namespace native
