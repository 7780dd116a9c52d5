// See elementwise.h.
namespace elementwise {

using native::load;
using native::load_some;
using native::store;
using native::store_some;

// One number for each lane.
typedef uint8_t Bytes __attribute__((vector_size(WIDTH)));

inline Ints load(const int32_t* from) {
  Ints v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline Bytes load(const uint8_t* from) {
  Bytes v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline Bytes load_some(const uint8_t* from, int64_t count) {
  Bytes v{};
  __builtin_memcpy(&v, from, static_cast<size_t>(count));
  return v;
}

inline Ints load_some(const int32_t* from, int64_t count) {
  Ints v{};
  __builtin_memcpy(&v, from, static_cast<size_t>(count) * 4);
  return v;
}

inline Floats spread(float x) { return splat(x); }
inline Ints spread(int32_t x) { return x - Ints{}; }
inline Bytes spread(uint8_t x) { return x - Bytes{}; }

// 1 where the condition holds, else 0. Conditions are vectors of 0 and −1.
inline Bytes truth(Ints condition) { return __builtin_convertvector(condition, Bytes) & 1; }

// Of equal numbers one is returned with the bits of both combined, so that +0 is above −0, as in JavaScript.
inline Floats greater_of(Floats a, Floats b) {
  return select(a == b, floats_of(bits_of(a) & bits_of(b)), maximum(a, b));
}
inline Floats lesser_of(Floats a, Floats b) {
  return select(a == b, floats_of(bits_of(a) | bits_of(b)), minimum(a, b));
}

// C's pow, but NaN for an exponent that is NaN, and for ±1 to an infinite power.
inline float power(float base, float exponent) {
  if (exponent != exponent || (__builtin_fabsf(base) == 1 && __builtin_isinf(exponent))) return __builtin_nanf("");
  return static_cast<float>(__builtin_pow(static_cast<double>(base), static_cast<double>(exponent)));
}

inline Floats power(Floats base, Floats exponent) {
  Floats result;
  for (int i = 0; i < WIDTH; i++) result[i] = power(base[i], exponent[i]);
  return result;
}

#define UNARY(Name, expression)                                                                \
  struct Name {                                                                                \
    static Floats of([[maybe_unused]] Floats x, [[maybe_unused]] Floats p, [[maybe_unused]] Floats q) { \
      return expression;                                                                       \
    }                                                                                          \
  };
UNARY(Neg, -x)
UNARY(Abs, absolute(x))
UNARY(Square, x* x)
UNARY(Sqrt, square_root(x))
UNARY(Rsqrt, 1.0f / square_root(x))
UNARY(Reciprocal, 1.0f / x)
UNARY(Exp, exp(x))
UNARY(Expm1, expm1(x))
UNARY(Log, log(x))
UNARY(Log1p, log1p(x))
UNARY(Sigmoid, sigmoid(x))
UNARY(Tanh, tanh(x))
UNARY(Softplus, softplus(x))
UNARY(Relu, greater_of(x, Floats{}))
UNARY(Relu6, no_more_than(greater_of(x, Floats{}), 6.0f))
UNARY(LeakyRelu, select(x < Floats{}, p* x, x))
UNARY(Elu, select(x >= Floats{}, x, expm1(x)))
UNARY(Sign, select(x > Floats{}, splat(1.0f), select(x < Floats{}, splat(-1.0f), Floats{})))
UNARY(Step, select(x != x, x, select(x > Floats{}, splat(1.0f), p)))
UNARY(ClipByValue, select(x > q, q, select(x < p, p, x)))
#undef UNARY

#define TEST(Name, expression) \
  struct Name {                \
    static Ints of(Floats x) { return expression; } \
  };
TEST(IsNan, x != x)
TEST(IsInf, absolute(x) == kInfinity)
TEST(IsFinite, absolute(x) < kInfinity)
#undef TEST

#define BINARY(Name, expression)                               \
  struct Name {                                                \
    static Floats of(Floats a, Floats b) { return expression; } \
  };
BINARY(Add, a + b)
BINARY(Sub, a - b)
BINARY(Multiply, a* b)
BINARY(RealDiv, a / b)
BINARY(Maximum, greater_of(a, b))
BINARY(Minimum, lesser_of(a, b))
BINARY(SquaredDifference, (a - b) * (a - b))
BINARY(Pow, power(a, b))
#undef BINARY

#define COMPARISON(Name, operation)                                   \
  struct Name {                                                       \
    template <class V>                                                \
    static Ints of(V a, V b) { return a operation b; }                \
  };
COMPARISON(Equal, ==)
COMPARISON(NotEqual, !=)
COMPARISON(Greater, >)
COMPARISON(GreaterEqual, >=)
COMPARISON(Less, <)
COMPARISON(LessEqual, <=)
#undef COMPARISON

struct LogicalAnd {
  static Bytes of(Bytes a, Bytes b) { return a != 0 ? b : a; }
};
struct LogicalOr {
  static Bytes of(Bytes a, Bytes b) { return a != 0 ? a : b; }
};

template <class Operation>
void map(int64_t count, const float* x, float* out, float p, float q) {
  const Floats ps = splat(p), qs = splat(q);
  int64_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) store(out + i, Operation::of(load(x + i), ps, qs));
  if (i < count) store_some(out + i, Operation::of(load_some(x + i, count - i), ps, qs), count - i);
}

inline void store(uint8_t* to, Bytes v) { __builtin_memcpy(to, &v, sizeof v); }
inline void store_some(uint8_t* to, Bytes v, int64_t count) { __builtin_memcpy(to, &v, static_cast<size_t>(count)); }

template <class Test>
void test(int64_t count, const float* x, uint8_t* out) {
  int64_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) store(out + i, truth(Test::of(load(x + i))));
  if (i < count) store_some(out + i, truth(Test::of(load_some(x + i, count - i))), count - i);
}

// Calls f(i, a's vector, b's vector) for every full vector, and last(i, …) for the rest.
template <Form form, class T, class F, class L>
inline void zip(int64_t count, const T* a, const T* b, F each, L last) {
  int64_t i = 0;
  if constexpr (form == kBothArrays) {
    for (; i + WIDTH <= count; i += WIDTH) each(i, load(a + i), load(b + i));
    if (i < count) last(i, load_some(a + i, count - i), load_some(b + i, count - i));
  } else if constexpr (form == kSecondNumber) {
    const auto number = spread(*b);
    for (; i + WIDTH <= count; i += WIDTH) each(i, load(a + i), number);
    if (i < count) last(i, load_some(a + i, count - i), number);
  } else {
    const auto number = spread(*a);
    for (; i + WIDTH <= count; i += WIDTH) each(i, number, load(b + i));
    if (i < count) last(i, number, load_some(b + i, count - i));
  }
}

template <class Operation, Form form>
void combine(int64_t count, const float* a, const float* b, float* out) {
  zip<form>(
      count, a, b, [out](int64_t i, Floats x, Floats y) { store(out + i, Operation::of(x, y)); },
      [=](int64_t i, Floats x, Floats y) { store_some(out + i, Operation::of(x, y), count - i); });
}

template <class Operation, class T, Form form>
void compare(int64_t count, const T* a, const T* b, uint8_t* out) {
  zip<form>(
      count, a, b, [out](int64_t i, auto x, auto y) { store(out + i, truth(Operation::of(x, y))); },
      [=](int64_t i, auto x, auto y) { store_some(out + i, truth(Operation::of(x, y)), count - i); });
}

template <class Operation, Form form>
void relate(int64_t count, const uint8_t* a, const uint8_t* b, uint8_t* out) {
  zip<form>(
      count, a, b, [out](int64_t i, Bytes x, Bytes y) { store(out + i, Operation::of(x, y)); },
      [=](int64_t i, Bytes x, Bytes y) { store_some(out + i, Operation::of(x, y), count - i); });
}

inline Ints is_one(Bytes v) { return __builtin_convertvector(v, Ints) == 1; }

void choose(int64_t count, const uint8_t* where, const float* yes, const float* no, float* out) {
  int64_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH) store(out + i, select(is_one(load(where + i)), load(yes + i), load(no + i)));
  if (const int64_t rest = count - i; rest > 0)
    store_some(out + i, select(is_one(load_some(where + i, rest)), load_some(yes + i, rest), load_some(no + i, rest)), rest);
}

// JavaScript's ToInt32. A float of 2^63 or more is a multiple of 2^32.
inline int32_t to_int(float x) {
  if (!(__builtin_fabsf(x) < 9223372036854775808.0f)) return 0;
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<int64_t>(x)));
}

void float_to_int(int64_t count, const float* x, int32_t* out) {
  constexpr int64_t kBlock = 64 * WIDTH;
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t end = begin + kBlock < count ? begin + kBlock : count;
    Ints outside{};
    int64_t i = begin;
    for (; i + WIDTH <= end; i += WIDTH) {
      const Floats v = load(x + i);
      const Ints inside = absolute(v) < 2147483648.0f;
      const Ints converted = __builtin_convertvector(select(inside, v, Floats{}), Ints);
      __builtin_memcpy(out + i, &converted, sizeof converted);
      outside |= ~inside;
    }
    int32_t any = 0;
    for (int k = 0; k < WIDTH; k++) any |= outside[k];
    for (i = any != 0 ? begin : i; i < end; i++) out[i] = to_int(x[i]);
  }
}

void int_to_float(int64_t count, const int32_t* x, float* out) {
  for (int64_t i = 0; i < count; i++) out[i] = static_cast<float>(x[i]);
}

void byte_to_float(int64_t count, const uint8_t* x, float* out) {
  for (int64_t i = 0; i < count; i++) out[i] = static_cast<float>(x[i]);
}

#define FORMS(function, ...) \
  { function<__VA_ARGS__, kBothArrays>, function<__VA_ARGS__, kSecondNumber>, function<__VA_ARGS__, kFirstNumber> }
#define UNARY_ENTRY(Name) map<Name>,
#define TEST_ENTRY(Name) test<Name>,
#define BINARY_ENTRY(Name) FORMS(combine, Name),
#define COMPARISON_ENTRY(Name) FORMS(compare, Name, float),
#define LOGICAL_ENTRY(Name) FORMS(relate, Name),
#define INT_COMPARISON_ENTRY(Name) FORMS(compare, Name, int32_t),

constexpr ElementwiseKernels kernels = {
    .unary = {NATIVE_UNARY(UNARY_ENTRY)},
    .tests = {NATIVE_TESTS(TEST_ENTRY)},
    .binary = {NATIVE_BINARY(BINARY_ENTRY)},
    .comparisons = {NATIVE_COMPARISONS(COMPARISON_ENTRY)},
    .int_comparisons = {NATIVE_COMPARISONS(INT_COMPARISON_ENTRY)},
    .logical = {NATIVE_LOGICAL(LOGICAL_ENTRY)},
    .select = choose,
    .float_to_int = float_to_int,
    .int_to_float = int_to_float,
    .byte_to_float = byte_to_float,
};

#undef FORMS
#undef UNARY_ENTRY
#undef TEST_ENTRY
#undef BINARY_ENTRY
#undef COMPARISON_ENTRY
#undef LOGICAL_ENTRY
#undef INT_COMPARISON_ENTRY

}  // namespace elementwise
