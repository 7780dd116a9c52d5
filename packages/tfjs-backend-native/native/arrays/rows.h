// Rows picked by index, and rows added to others by index.
#pragma once
#include <cstdint>

namespace native {

// x [batch, outer, rows, length], ids [batch, count] within [0, rows) → out [batch, outer, count, length]. Numbers of 1 or 4 bytes.
struct GatherShape {
  int64_t batch, outer, rows, count, length;
};
void gather(const GatherShape& shape, int bytes, const void* x, const int32_t* ids, void* out);

// out [rows, length] = for each row the sum of those of x [count, length] whose id is its number, in order, in double; 0 where there is
// none. Ids outside of [0, rows) are left out. Throws std::bad_alloc.
void scatter_add(int64_t count, int64_t rows, int64_t length, const float* x, const int32_t* ids, float* out);

}  // namespace native
