// Numbers moved to other places without being changed: transposes, slices, pads, repeats, concatenations.
#pragma once
#include <cstdint>

namespace native {

// For every index i: out[to_start + Σ i·to] = x[from_start + Σ i·from].
struct CopyPlan {
  static constexpr int kAxes = 8;
  int axes = 0;
  int64_t from_start = 0, to_start = 0;
  int64_t sizes[kAxes]{}, from[kAxes]{}, to[kAxes]{};
};

// Of numbers of 1 or 4 bytes.
void copy(const CopyPlan& plan, int bytes, const void* x, void* out);

}  // namespace native
