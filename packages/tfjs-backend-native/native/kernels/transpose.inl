// See transpose.h.
namespace transpose {

inline Bits load(const uint32_t* from) {
  Bits v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline void store(uint32_t* to, Bits v) { __builtin_memcpy(to, &v, sizeof v); }

// a₀ b₀ a₁ b₁ … of two vectors: their lower halves, and their upper ones.
#if WIDTH == 4
#define LOW 0, 4, 1, 5
#define HIGH 2, 6, 3, 7
#elif WIDTH == 8
#define LOW 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH 4, 12, 5, 13, 6, 14, 7, 15
#elif WIDTH == 16
#define LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#endif

// Row i with row i + WIDTH/2, interleaved: after log₂ WIDTH rounds rows have become columns.
inline void tile(const uint32_t* x, int64_t x_stride, uint32_t* out, int64_t out_stride) {
  Bits rows[WIDTH], next[WIDTH];
#pragma GCC unroll 16
  for (int i = 0; i < WIDTH; i++) rows[i] = load(x + i * x_stride);
#pragma GCC unroll 4
  for (int done = 1; done < WIDTH; done *= 2) {
#pragma GCC unroll 8
    for (int i = 0; i < WIDTH / 2; i++) {
      next[2 * i] = __builtin_shufflevector(rows[i], rows[i + WIDTH / 2], LOW);
      next[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + WIDTH / 2], HIGH);
    }
#pragma GCC unroll 16
    for (int i = 0; i < WIDTH; i++) rows[i] = next[i];
  }
#pragma GCC unroll 16
  for (int i = 0; i < WIDTH; i++) store(out + i * out_stride, rows[i]);
}

void block(int64_t rows, int64_t columns, const uint32_t* x, int64_t x_stride, uint32_t* out, int64_t out_stride) {
  const int64_t whole_rows = rows - rows % WIDTH, whole_columns = columns - columns % WIDTH;
  for (int64_t c = 0; c < whole_columns; c += WIDTH) {
    for (int64_t r = 0; r < whole_rows; r += WIDTH) tile(x + c * x_stride + r, x_stride, out + r * out_stride + c, out_stride);
    for (int64_t k = c; k < c + WIDTH; k++)
      for (int64_t r = whole_rows; r < rows; r++) out[r * out_stride + k] = x[k * x_stride + r];
  }
  for (int64_t c = whole_columns; c < columns; c++)
    for (int64_t r = 0; r < rows; r++) out[r * out_stride + c] = x[c * x_stride + r];
}

#undef LOW
#undef HIGH

constexpr TransposeKernels kernels = {block};

}  // namespace transpose
