// Elementwise operations over whole arrays, on all threads.
#pragma once
#include <cstdint>

#include "kernels/elementwise.h"

namespace native {

// The shape of an output, row-major, and which of its axes each operand has; along the others it is repeated.
struct Broadcast {
  static constexpr int kAxes = 4;
  int64_t sizes[kAxes];
  bool a_has[kAxes], b_has[kAxes];

  int64_t size() const { return sizes[0] * sizes[1] * sizes[2] * sizes[3]; }
  int64_t size_of(const bool (&has)[kAxes]) const {
    int64_t size = 1;
    for (int axis = 0; axis < kAxes; axis++)
      if (has[axis]) size *= sizes[axis];
    return size;
  }
};

void map_unary(UnaryCode code, int64_t count, const float* x, float* out, float p, float q);
void map_test(TestCode code, int64_t count, const float* x, uint8_t* out);
void map_binary(BinaryCode code, const Broadcast& shape, const float* a, const float* b, float* out);
void map_comparison(ComparisonCode code, const Broadcast& shape, const float* a, const float* b, uint8_t* out);
void map_comparison(ComparisonCode code, const Broadcast& shape, const int32_t* a, const int32_t* b, uint8_t* out);
void map_logical(LogicalCode code, const Broadcast& shape, const uint8_t* a, const uint8_t* b, uint8_t* out);
void map_select(int64_t count, const uint8_t* where, const float* yes, const float* no, float* out);
// out = the sum of `terms` arrays, added from the left.
void map_sum(int terms, int64_t count, const float* const* x, float* out);
void convert(int64_t count, const float* x, int32_t* out);
void convert(int64_t count, const int32_t* x, float* out);
void convert(int64_t count, const uint8_t* x, float* out);

}  // namespace native
