// See reduce.h.
namespace reduce {

constexpr int kLanes = WIDTH / 2;
typedef float Narrow __attribute__((vector_size(kLanes * 4)));
typedef double Doubles __attribute__((vector_size(kLanes * 8)));

inline Doubles widened(const float* from) {
  Narrow v;
  __builtin_memcpy(&v, from, sizeof v);
  // g++ 12 converts by halves and puts them together again.
#if WIDTH == 16 && !defined(__clang__)
  return __builtin_ia32_cvtps2pd512_mask(v, Doubles{}, 0xff, 4);
#elif WIDTH == 8 && !defined(__clang__)
  return __builtin_ia32_cvtps2pd256(v);
#else
  return __builtin_convertvector(v, Doubles);
#endif
}

inline Doubles load(const double* from) {
  Doubles v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline void store(double* to, Doubles v) { __builtin_memcpy(to, &v, sizeof v); }

struct Sum {
  static constexpr double start = 0;
  template <class T>
  static T of(T a, T b) { return a + b; }
};

struct Prod {
  static constexpr double start = 1;
  template <class T>
  static T of(T a, T b) { return a * b; }
};

// NaN in either gives NaN.
struct Max {
  static constexpr double start = -__builtin_inf();
  static double of(double a, double b) { return a >= b || a != a ? a : b; }
  static Doubles of(Doubles a, Doubles b) { return ((a >= b) | (a != a)) ? a : b; }
};

struct Min {
  static constexpr double start = __builtin_inf();
  static double of(double a, double b) { return a <= b || a != a ? a : b; }
  static Doubles of(Doubles a, Doubles b) { return ((a <= b) | (a != a)) ? a : b; }
};

// Eight totals in turn hide the latency of an addition; they are joined in a fixed order.
template <class Operation>
double row(int64_t count, const float* x) {
  constexpr int kTotals = 8;
  double total = Operation::start;
  int64_t i = 0;
  if (count >= kTotals * kLanes) {
    Doubles totals[kTotals];
#pragma GCC unroll 8
    for (int k = 0; k < kTotals; k++) totals[k] = widened(x + k * kLanes);
    for (i = kTotals * kLanes; i + kTotals * kLanes <= count; i += kTotals * kLanes)
#pragma GCC unroll 8
      for (int k = 0; k < kTotals; k++) totals[k] = Operation::of(totals[k], widened(x + i + k * kLanes));
    Doubles all = totals[0];
    for (int k = 1; k < kTotals; k++) all = Operation::of(all, totals[k]);
    for (int lane = 0; lane < kLanes; lane++) total = Operation::of(total, static_cast<double>(all[lane]));
  }
  for (; i < count; i++) total = Operation::of(total, static_cast<double>(x[i]));
  return total;
}

template <class Operation>
void columns(int64_t rows, int64_t columns, int64_t stride, const float* x, double* totals) {
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float *x0 = x + r * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
    int64_t c = 0;
    for (; c + kLanes <= columns; c += kLanes) {
      const Doubles a = Operation::of(widened(x0 + c), widened(x1 + c)), b = Operation::of(widened(x2 + c), widened(x3 + c));
      store(totals + c, Operation::of(load(totals + c), Operation::of(a, b)));
    }
    for (; c < columns; c++) {
      const double a = Operation::of(static_cast<double>(x0[c]), static_cast<double>(x1[c]));
      const double b = Operation::of(static_cast<double>(x2[c]), static_cast<double>(x3[c]));
      totals[c] = Operation::of(totals[c], Operation::of(a, b));
    }
  }
  for (; r < rows; r++) {
    const float* row = x + r * stride;
    int64_t c = 0;
    for (; c + kLanes <= columns; c += kLanes) store(totals + c, Operation::of(load(totals + c), widened(row + c)));
    for (; c < columns; c++) totals[c] = Operation::of(totals[c], static_cast<double>(row[c]));
  }
}

// `sign` −1 turns the order around.
template <int sign>
int64_t position(int64_t count, const float* x) {
  constexpr int kTotals = 4;
  const float factor = sign;
  float best = x[0] * factor;
  if (best != best) return 0;
  Floats bests[kTotals];
#pragma GCC unroll 4
  for (int k = 0; k < kTotals; k++) bests[k] = splat(best);
  int64_t i = 0;
  for (; i + kTotals * WIDTH <= count; i += kTotals * WIDTH)
#pragma GCC unroll 4
    for (int k = 0; k < kTotals; k++) {
      const Floats v = native::load(x + i + k * WIDTH) * factor;
      bests[k] = v > bests[k] ? v : bests[k];
    }
  for (int k = 1; k < kTotals; k++) bests[0] = bests[k] > bests[0] ? bests[k] : bests[0];
  best = maximum_of(bests[0]);
  for (; i < count; i++) best = x[i] * factor > best ? x[i] * factor : best;
  for (i = 0; x[i] * factor != best;) i++;
  return i;
}

#define ROW(Name) row<Name>,
#define COLUMNS(Name) columns<Name>,
constexpr ReduceKernels kernels = {
    .row = {NATIVE_REDUCTIONS(ROW)},
    .columns = {NATIVE_REDUCTIONS(COLUMNS)},
    .arg_max = position<1>,
    .arg_min = position<-1>,
};
#undef ROW
#undef COLUMNS

}  // namespace reduce
