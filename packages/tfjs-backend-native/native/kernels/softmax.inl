// See softmax.h.

// Numbers of a row that are summed in single precision, and stay in the first cache between two looks at them.
constexpr int64_t kRowBlock = 1024;

inline void prefetch_block(const float* x) {
#pragma GCC unroll 1
  for (int64_t i = 0; i < kRowBlock; i += 16) __builtin_prefetch(x + i);
}

// e^x for x ≤ 0 or NaN; 0 below −86.5, where a result would be near denormal. Less work than exp_in_range: it is what a sweep waits for.
inline Floats exp_of_nonpositive(Floats x) {
  const Reduced x2 = by_ln2(x);
  const Floats scaled = floats_of(bits_of(1.0f + expm1_near_0(x2.rest)) + reinterpret_cast<Bits>(x2.count << 23));
  return select(x < splat(-86.5f), Floats{}, scaled);
}

inline float maximum_in(int64_t count, const float* x) {
  Floats most[4];
  for (int i = 0; i < 4; i++) most[i] = splat(-kInfinity);
  int64_t at = 0;
  for (; at + 4 * WIDTH <= count; at += 4 * WIDTH)
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) most[i] = maximum(load(x + at + i * WIDTH), most[i]);
  for (; at + WIDTH <= count; at += WIDTH) most[0] = maximum(load(x + at), most[0]);
  if (at < count) most[1] = maximum(load_some(x + at, count - at, -kInfinity), most[1]);
  return maximum_of(maximum(maximum(most[0], most[1]), maximum(most[2], most[3])));
}

// Σ exp(x − shift) of at most kRowBlock numbers.
inline float exp_sum_in(int64_t count, const float* x, float shift) {
  Floats sums[4] = {};
  int64_t at = 0;
  for (; at + 4 * WIDTH <= count; at += 4 * WIDTH)
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) sums[i] += exp_of_nonpositive(load(x + at + i * WIDTH) - shift);
  for (; at + WIDTH <= count; at += WIDTH) sums[0] += exp_of_nonpositive(load(x + at) - shift);
  if (at < count) sums[1] += exp_of_nonpositive(load_some(x + at, count - at, -kInfinity) - shift);
  return sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

// A sum of exponentials whose largest exponent is found on the way.
struct RunningSum {
  float maximum = -kInfinity;
  double sum = 0;
};

// Takes a block's maximum into account; false if the block adds nothing.
inline bool raise(RunningSum& running, float maximum) {
  if (maximum == -kInfinity) return false;
  if (!(maximum <= running.maximum)) {
    running.sum *= __builtin_exp(static_cast<double>(running.maximum) - static_cast<double>(maximum));
    running.maximum = maximum;
  }
  return true;
}

inline RunningSum running_sum(int64_t count, const float* x) {
  RunningSum running;
  for (int64_t at = 0; at < count; at += kRowBlock) {
    const int64_t size = count - at < kRowBlock ? count - at : kRowBlock;
    const float most = maximum_in(size, x + at);
    if (at + 2 * kRowBlock <= count) prefetch_block(x + at + kRowBlock);
    if (raise(running, most)) running.sum += static_cast<double>(exp_sum_in(size, x + at, running.maximum));
  }
  return running;
}

LogSumExp log_sum_exp(int64_t count, const float* x) {
  const RunningSum running = running_sum(count, x);
  return {running.maximum, __builtin_log(running.sum)};
}

void softmax(int64_t count, const float* x, float* out) {
  const RunningSum running = running_sum(count, x);
  const auto scale = static_cast<float>(1 / running.sum);
  int64_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) store(out + i, scale * exp_of_nonpositive(load(x + i) - running.maximum));
  if (i < count) store_some(out + i, scale * exp_of_nonpositive(load_some(x + i, count - i) - running.maximum), count - i);
}

void log_softmax(int64_t count, const float* x, float* out) {
  const LogSumExp total = log_sum_exp(count, x);
  const auto log_sum = static_cast<float>(total.log_sum);
  int64_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) store(out + i, (load(x + i) - total.maximum) - log_sum);
  if (i < count) store_some(out + i, (load_some(x + i, count - i) - total.maximum) - log_sum, count - i);
}

inline float sum_in(int64_t count, const float* x) {
  Floats sums[4] = {};
  int64_t at = 0;
  for (; at + 4 * WIDTH <= count; at += 4 * WIDTH)
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) sums[i] += load(x + at + i * WIDTH);
  for (; at + WIDTH <= count; at += WIDTH) sums[0] += load(x + at);
  if (at < count) sums[1] += load_some(x + at, count - at);
  return sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

void log_softmax_gradient(int64_t count, const float* dy, const float* log_probs, float* dx) {
  double sum = 0;
  for (int64_t at = 0; at < count; at += kRowBlock)
    sum += static_cast<double>(sum_in(count - at < kRowBlock ? count - at : kRowBlock, dy + at));
  const auto total = static_cast<float>(sum);
  int64_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) store(dx + i, load(dy + i) - total * exp_of_nonpositive(load(log_probs + i)));
  if (i < count)
    store_some(dx + i, load_some(dy + i, count - i) - total * exp_of_nonpositive(load_some(log_probs + i, count - i)), count - i);
}

constexpr SoftmaxKernels softmax_kernels = {log_sum_exp, softmax, log_softmax, log_softmax_gradient};
