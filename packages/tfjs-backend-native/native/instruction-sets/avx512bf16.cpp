// AVX-512 with dot products of bfloat16: Intel since Cooper Lake (2020), AMD since Zen 4 (2022).
#include "instruction-sets/kernel_set.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma,f16c,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma,f16c,bmi2")
#endif

#define WIDTH 16
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define BF16_DOT(sum, a, b) (Floats)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)(a), (__m512bh)(b))
#define BF16_ROUND(numbers) _mm512_cvtneps_pbh((__m512)(numbers))
#define KERNEL_SET avx512bf16_kernels
#define KERNEL_SET_NAME "avx512-bf16"
#include "instruction-sets/define.inl"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
