// How much work is worth a second thread: waking one takes as long as some 100 KB of memory traffic.
#pragma once
#include <cstdint>

namespace native {

// Float32 numbers.
inline constexpr int64_t kGrain = 32768;

// Rows that make a grain; at least one.
inline int64_t rows_of_grain(int64_t width) { return width <= 0 || width >= kGrain ? 1 : kGrain / width; }

}  // namespace native
