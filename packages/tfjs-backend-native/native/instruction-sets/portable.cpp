// What every processor has, in the compiler's vector types: SSE2 on x86-64, NEON on arm64.
#include "instruction-sets/kernel_set.h"

#define WIDTH 4
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define KERNEL_SET portable_kernels
#define KERNEL_SET_NAME "portable"
#include "instruction-sets/define.inl"
