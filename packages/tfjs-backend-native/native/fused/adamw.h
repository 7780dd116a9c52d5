// AdamW over all parameters at once, and the norm of all gradients. See kernels/adamw.h.
#pragma once
#include <cstdint>
#include <vector>

#include "kernels/adamw.h"

namespace native {

struct AdamWTensor {
  int64_t count;
  float* parameter;
  const float* gradient;
  float *m, *v;
  AdamWStep step;
};

// In place. The tensors share no memory.
void adamw(const std::vector<AdamWTensor>& tensors);

struct Values {
  int64_t count;
  const float* data;
};

// The square root of the sum of the squares of all, in double precision; the same bits for any number of threads.
double global_norm(const std::vector<Values>& tensors);

}  // namespace native
