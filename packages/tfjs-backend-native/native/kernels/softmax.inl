// See softmax.h.

// Numbers of a row that are summed in single precision, and stay in the first cache between two looks at them.
constexpr int64_t kRowBlock = 1024;

// The same place in the next block, asked for where there is arithmetic to wait with. Beyond the row's end it does nothing.
inline void prefetch_next(const float* x) { __builtin_prefetch(x + kRowBlock); }

// e^x for x ≤ 0 or NaN; 0 below −86.5, where a result would be near denormal. Less work than exp_in_range: it is what a sweep waits for.
inline Floats exp_of_nonpositive(Floats x) {
  const Reduced x2 = by_ln2(x);
  const Floats scaled = floats_of(bits_of(1.0f + expm1_near_0(x2.rest)) + reinterpret_cast<Bits>(x2.count << 23));
  return select(x < splat(-86.5f), Floats{}, scaled);
}

// How a kernel's body reads a row: whole vectors, or the last numbers of it, filled up with −infinity.
struct WholeVector {
  Floats operator()(const float* x) const { return load(x); }
  void operator()(float* x, Floats v) const { store(x, v); }
};
struct LastNumbers {
  int64_t count;
  Floats operator()(const float* x) const { return load_some(x, count, -kInfinity); }
  void operator()(float* x, Floats v) const { store_some(x, v, count); }
};

// body(i, access) for every vector of a row; `access` reads or writes the numbers from i.
template <class Body>
inline void for_vectors(int64_t count, const Body& body) {
  int64_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) body(i, WholeVector{});
  if (i < count) body(i, LastNumbers{count - i});
}

// Σ term(i, access) of at most kRowBlock numbers, by four sums in a fixed order.
template <class Term>
inline float block_sum(int64_t count, const Term& term) {
  Floats sums[4] = {};
  int64_t at = 0;
  for (; at + 4 * WIDTH <= count; at += 4 * WIDTH)
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) sums[i] += term(at + i * WIDTH, WholeVector{});
  for (; at + WIDTH <= count; at += WIDTH) sums[0] += term(at, WholeVector{});
  if (at < count) sums[1] += term(at, LastNumbers{count - at});
  return sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

// −infinity only where all are. NaN may be lost beside finite numbers: their exponentials' sum has it.
inline float maximum_in(int64_t count, const float* x) {
  const auto larger = [](Floats a, Floats most) { return select(a <= most, most, a); };
  Floats most[4];
  for (int i = 0; i < 4; i++) most[i] = splat(-kInfinity);
  int64_t at = 0;
  for (; at + 4 * WIDTH <= count; at += 4 * WIDTH)
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) most[i] = larger(load(x + at + i * WIDTH), most[i]);
  for (; at + WIDTH <= count; at += WIDTH) most[0] = larger(load(x + at), most[0]);
  if (at < count) most[1] = larger(load_some(x + at, count - at, -kInfinity), most[1]);
  const float result = maximum_of(maximum(maximum(most[0], most[1]), maximum(most[2], most[3])));
  if (result != -kInfinity) return result;
  for (int64_t i = 0; i < count; i++)
    if (x[i] != result) return x[i];  // NaN beside −infinity
  return result;
}

inline float exp_sum_in(int64_t count, const float* x, float shift) {
  return block_sum(count, [=](int64_t i, auto from) {
    prefetch_next(x + i);
    return exp_of_nonpositive(from(x + i) - shift);
  });
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
  for_vectors(count, [=](int64_t i, auto at) { at(out + i, scale * exp_of_nonpositive(at(x + i) - running.maximum)); });
}

void log_softmax(int64_t count, const float* x, float* out) {
  const LogSumExp total = log_sum_exp(count, x);
  const auto log_sum = static_cast<float>(total.log_sum);
  for_vectors(count, [=](int64_t i, auto at) { at(out + i, (at(x + i) - total.maximum) - log_sum); });
}

void log_softmax_gradient(int64_t count, const float* dy, const float* log_probs, float* dx) {
  double sum = 0;
  const int64_t whole = count / WIDTH * WIDTH;
  for (int64_t at = 0; at < whole; at += kRowBlock) {
    const float* block = dy + at;
    sum += static_cast<double>(block_sum(whole - at < kRowBlock ? whole - at : kRowBlock,
                                         [=](int64_t i, auto from) { return from(block + i); }));
  }
  for (int64_t i = whole; i < count; i++) sum += static_cast<double>(dy[i]);
  const auto total = static_cast<float>(sum);
  for_vectors(count, [=](int64_t i, auto at) { at(dx + i, at(dy + i) - total * exp_of_nonpositive(at(log_probs + i))); });
}

constexpr SoftmaxKernels softmax_kernels = {log_sum_exp, softmax, log_softmax, log_softmax_gradient};
