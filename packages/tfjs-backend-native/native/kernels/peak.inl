// See peak.h.

// Latency 4–5 cycles times two units: twelve independent chains keep both busy.
constexpr int kChains = 12;

template <class Number>
double chains_of(int64_t rounds, float* sink) {
  Floats sums[kChains];
  for (int i = 0; i < kChains; i++) sums[i] = splat(static_cast<float>(i));
  const Floats a = splat(0.999f), b = splat(1e-3f);
  for (int64_t round = 0; round < rounds; round++) {
#pragma GCC unroll 12
    for (int i = 0; i < kChains; i++) sums[i] = Number::multiply_add(sums[i], a, b);
  }
  Floats all = sums[0];
  for (int i = 1; i < kChains; i++) all += sums[i];
  *sink = sum_of(all);
  return 2.0 * Number::kDepth * kChains * WIDTH * static_cast<double>(rounds);
}

void triad(int64_t count, const float* a, const float* b, float factor, float* out) {
  int64_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) store(out + i, load(a + i) + factor * load(b + i));
  if (i < count) store_some(out + i, load_some(a + i, count - i) + factor * load_some(b + i, count - i), count - i);
}

constexpr PeakKernels peak_kernels = {
    .multiply_adds = chains_of<F32>,
#ifdef BF16_DOT
    .bf16_multiply_adds = chains_of<Bf16>,
#else
    .bf16_multiply_adds = nullptr,
#endif
    .triad = triad,
};
