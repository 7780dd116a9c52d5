// Softmax kernels over the rows of a matrix, on all threads. Rows are independent: the thread count changes no bit.
#pragma once
#include <cstdint>

namespace native {

void softmax_rows(int64_t rows, int64_t columns, const float* x, float* out);
void log_softmax_rows(int64_t rows, int64_t columns, const float* x, float* out);
void log_softmax_gradient_rows(int64_t rows, int64_t columns, const float* dy, const float* log_probs, float* dx);

}  // namespace native
