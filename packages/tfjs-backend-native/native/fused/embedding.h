// Gathering rows of a table and adding them up again, on all threads. All ids are within [0, rows of the table).
#pragma once
#include <cstdint>

namespace native {

// out [count, width] = table[ids].
void gather_rows(int64_t count, int64_t width, const float* table, const int32_t* ids, float* out);

// out [rows, width]: each row the sum of the rows of x [count, width] that have its id, in their order. The same bits for any number of
// threads.
void scatter_rows(int64_t rows, int64_t count, int64_t width, const float* x, const int32_t* ids, float* out);

}  // namespace native
