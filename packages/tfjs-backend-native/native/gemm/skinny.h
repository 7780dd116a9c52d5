// Products with a narrow side, without packing.
#pragma once
#include "gemm/gemm.h"

namespace native {

// Computes the product if it is in f32 and has few enough rows or columns for this to be the faster way; else returns false.
// Throws std::bad_alloc.
bool multiply_skinny(const Gemm& gemm);

// The same by one thread, with memory of skinny_words(gemm).
bool is_skinny(const Gemm& gemm);
int64_t skinny_words(const Gemm& gemm);
void multiply_skinny_serially(const Gemm& gemm, float* memory);

}  // namespace native
