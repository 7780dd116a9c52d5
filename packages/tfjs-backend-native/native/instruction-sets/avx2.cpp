// Intel since Haswell (2013), AMD since Excavator and Zen.
#include "instruction-sets/kernel_set.h"

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c,bmi2")
#endif

#define WIDTH 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define KERNEL_SET avx2_kernels
#define KERNEL_SET_NAME "avx2"
#include "instruction-sets/define.inl"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
