// When an output is written around the caches.
#pragma once
#include <cstdint>

namespace native {

// Float32 numbers, 32 MiB: more than the next operation would find in the caches.
inline constexpr int64_t kStreamedFrom = int64_t{8} << 20;

}  // namespace native
