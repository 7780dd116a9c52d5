// See norm.h. A row is read from memory once: its second pass finds it in the nearest cache.

// Σ a·b·c in four chains, so that the additions do not wait for each other.
template <class Product>
inline __attribute__((always_inline)) float sum_over(int64_t count, const Product& product) {
  Floats sums[4] = {};
  int64_t i = 0;
  for (; i + 4 * WIDTH <= count; i += 4 * WIDTH) {
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) sums[k] += product(i + k * WIDTH, int64_t{WIDTH});
  }
  for (; i + WIDTH <= count; i += WIDTH) sums[0] += product(i, int64_t{WIDTH});
  if (i < count) sums[1] += product(i, count - i);
  return sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

void rms_forward(int64_t rows, int64_t width, const float* x, const float* weight, double epsilon, float* y, float* r, bool streamed) {
  for (int64_t row = 0; row < rows; row++, x += width, y += width) {
    const float squares = sum_over(width, [&](int64_t i, int64_t some) __attribute__((always_inline)) {
      const Floats v = load_up_to(x + i, some);
      return v * v;
    });
    r[row] = static_cast<float>(1 / __builtin_sqrt(squares / static_cast<double>(width) + epsilon));
    const Floats scale = splat(r[row]);
    each_vector(width, y, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
      put_vector(y + i, load_up_to(x + i, some) * scale * load_up_to(weight + i, some), some, whole);
    });
  }
  end_of_stream(streamed);
}

void rms_backward(int64_t rows, int64_t width, const float* dy, const float* x, const float* weight, const float* r, float* dx,
                  float* dweight, bool streamed) {
  for (int64_t row = 0; row < rows; row++, dy += width, x += width, dx += width) {
    const float along = sum_over(width, [&](int64_t i, int64_t some) __attribute__((always_inline)) {
      return load_up_to(dy + i, some) * load_up_to(weight + i, some) * load_up_to(x + i, some);
    });
    const Floats scale = splat(r[row]);
    const Floats mean = splat(along * r[row] / static_cast<float>(width));
    each_vector(width, dx, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
      const Floats slope = load_up_to(dy + i, some), normed = load_up_to(x + i, some) * scale;
      put_vector(dx + i, (slope * load_up_to(weight + i, some) - normed * mean) * scale, some, whole);
      store_up_to(dweight + i, load_up_to(dweight + i, some) + slope * normed, some);
    });
  }
  end_of_stream(streamed);
}

constexpr NormKernels norm_kernels = {rms_forward, rms_backward};
