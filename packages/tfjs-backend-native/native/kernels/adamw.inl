// See adamw.h.

void adamw_update(int64_t count, const AdamWStep& step, float* parameter, const float* gradient, float* m, float* v) {
  each_vector(count, parameter, false, [&](int64_t i, int64_t some, bool) __attribute__((always_inline)) {
    const Floats g = load_up_to(gradient + i, some) * step.scale;
    const Floats mean = load_up_to(m + i, some) * step.beta1 + g * step.rest1;
    const Floats square = load_up_to(v + i, some) * step.beta2 + g * g * step.rest2;
    store_up_to(m + i, mean, some);
    store_up_to(v + i, square, some);
    const Floats change = mean * step.rate / (square_root(square) * step.root + step.epsilon);
    store_up_to(parameter + i, load_up_to(parameter + i, some) * step.keep - change, some);
  });
}

typedef float HalfFloats __attribute__((vector_size(WIDTH * 2)));
typedef double Doubles __attribute__((vector_size(WIDTH * 4)));

double sum_of_squares(int64_t count, const float* values) {
  constexpr int kLanes = WIDTH / 2;
  Doubles sums[4] = {};
  int64_t i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    for (int64_t line = 0; line < 4 * kLanes; line += 16) fetch_ahead(values + i + line);
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) {
      HalfFloats x;
      __builtin_memcpy(&x, values + i + k * kLanes, sizeof x);
      const Doubles wide = __builtin_convertvector(x, Doubles);
      sums[k] += wide * wide;
    }
  }
  const Doubles all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double sum = 0;
  for (int lane = 0; lane < kLanes; lane++) sum += all[lane];
  for (; i < count; i++) sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return sum;
}

constexpr AdamWKernels adamw_kernels = {adamw_update, sum_of_squares};
