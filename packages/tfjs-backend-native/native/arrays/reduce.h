// Reductions over whole arrays, on all threads.
#pragma once
#include <cstdint>

#include "kernels/reduce.h"

namespace native {

// x [outer, middle, inner] → out [outer, inner]: the middle axis reduced, the result divided by `divisor`. An empty one gives what the
// operation starts from. Throws std::bad_alloc.
void reduce(ReductionCode code, const float* x, float* out, int64_t outer, int64_t middle, int64_t inner, double divisor);

// x [rows, count] → out [rows], the positions of the greatest (the least) numbers. count ≥ 1.
void find_extreme(bool greatest, const float* x, int32_t* out, int64_t rows, int64_t count);

}  // namespace native
