// The matrix product for gemm.py: the driver by a C interface.
#include "gemm/gemm.h"
#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT void set_threads(int count) { native::set_thread_count(count); }

EXPORT void gemm(const float* a, const float* b, float* c, long m, long n, long k, int flags, int precision) {
  const bool transpose_a = (flags & 1) != 0, transpose_b = (flags & 2) != 0;
  native::multiply({.m = m,
                    .n = n,
                    .k = k,
                    .a = {a, transpose_a ? m : k, transpose_a},
                    .b = {b, transpose_b ? k : n, transpose_b},
                    .c = c,
                    .ldc = n,
                    .update = {},
                    .precision = static_cast<native::Precision>(precision)});
}

// Operations done by the calling thread.
EXPORT double peak(long rounds, int bf16) {
  const auto& kernels = native::kernels().peak;
  float sink;
  return (bf16 != 0 ? kernels.bf16_multiply_adds : kernels.multiply_adds)(rounds, &sink);
}
