// See rope.h.

void rotate(int64_t rows, int64_t heads, int64_t half, const float* x, const float* cos, const float* sin, float sign, float* y,
            bool streamed) {
  // Halves are too short for ends that are stored otherwise.
  streamed = streamed && half % WIDTH == 0 && before_aligned(y, 1) == 0;
  for (int64_t row = 0; row < rows; row++, cos += 2 * half, sin += 2 * half) {
    for (int64_t head = 0; head < heads; head++, x += 2 * half, y += 2 * half) {
      each_vector(half, y, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
        const Floats x1 = load_up_to(x + i, some), x2 = load_up_to(x + half + i, some);
        const Floats across1 = load_up_to(sin + i, some) * sign, across2 = load_up_to(sin + half + i, some) * sign;
        put_vector(y + i, x1 * load_up_to(cos + i, some) - x2 * across1, some, whole);
        put_vector(y + half + i, x2 * load_up_to(cos + half + i, some) + x1 * across2, some, whole);
      });
    }
  }
  end_of_stream(streamed);
}

constexpr RopeKernels rope_kernels = {rotate};
