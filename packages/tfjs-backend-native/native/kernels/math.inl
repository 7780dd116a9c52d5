// Elementary functions of vectors, to 2.5 units in the last place (exp, log, log1p to 1); right at ±0, ±infinity, NaN, denormals,
// overflow and underflow.
//
// Reductions of the argument as in W. J. Cody, W. Waite: Software Manual for the Elementary Functions (1980), and K. C. Ng's fdlibm
// for log; the polynomials interpolate at Chebyshev nodes (relative errors below 1e-8) and were fitted for this file.

inline Bits bits_of(Floats x) {
  Bits bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline Floats floats_of(Bits bits) {
  Floats x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

inline constexpr float kInfinity = __builtin_inff();

inline Floats absolute(Floats x) { return floats_of(bits_of(x) & 0x7fffffffu); }
inline Floats with_sign_of(Floats magnitude, Floats sign) {
  return floats_of((bits_of(magnitude) & 0x7fffffffu) | (bits_of(sign) & 0x80000000u));
}

// NaN stays NaN.
inline Floats no_more_than(Floats x, float limit) { return select(x > splat(limit), splat(limit), x); }
inline Floats no_less_than(Floats x, float limit) { return select(x < splat(limit), splat(limit), x); }

inline Floats square_root(Floats x) {
  Floats root;
  for (int i = 0; i < WIDTH; i++) root[i] = __builtin_sqrtf(x[i]);  // becomes one instruction
  return root;
}

// 2^n for −126 ≤ n ≤ 127.
inline Floats power_of_two(Ints n) { return floats_of(reinterpret_cast<Bits>(n + 127) << 23); }

// x = count·ln 2 + rest, |rest| ≤ ln 2 / 2, for |x| < 2^14.
struct Reduced {
  Ints count;
  Floats rest;
};

inline Reduced by_ln2(Floats x) {
  // Adding 1.5·2^23 rounds to an integer, which then stands in the lowest bits.
  const Floats shifted = x * 1.44269504f + 12582912.0f;
  const Floats count = shifted - 12582912.0f;
  // ln 2 in two parts: the products of the first, which has 15 bits, are exact.
  return {reinterpret_cast<Ints>(bits_of(shifted)) - 0x4b400000, (x - count * 0.693145751953125f) - count * 1.42860677e-6f};
}

// e^r − 1 for |r| ≤ ln 2 / 2.
inline Floats expm1_near_0(Floats r) {
  Floats p = r * 0.000198909911f + 0.00139336498f;
  p = p * r + 0.00833331048f;
  p = p * r + 0.0416664667f;
  p = p * r + 0.166666672f;
  p = p * r + 0.5f;
  return r + r * r * p;
}

inline Floats exp(Floats x) {
  // Beyond these limits the result is infinity, or less than half of the least denormal.
  const Reduced x2 = by_ln2(no_less_than(no_more_than(x, 89.0f), -104.0f));
  // In two steps, as 2^count alone may leave the range.
  const Ints half = x2.count >> 1;
  return (1.0f + expm1_near_0(x2.rest)) * power_of_two(half) * power_of_two(x2.count - half);
}

// e^x for −87.3 ≤ x ≤ 88.3, where neither overflow nor denormals occur, or NaN. Below, 0; above, 2^127.
inline Floats exp_in_range(Floats x) {
  const Floats bounded = no_less_than(no_more_than(x, 88.3f), -87.3f);
  const Reduced x2 = by_ln2(bounded);
  const Floats result = (1.0f + expm1_near_0(x2.rest)) * power_of_two(x2.count);
  return select(x < splat(-87.3f), Floats{}, result);
}

inline Floats expm1(Floats x) {
  const Reduced x2 = by_ln2(no_less_than(no_more_than(x, 89.0f), -18.0f));
  const Floats near = expm1_near_0(x2.rest);
  // 2^count·(near + 1) − 1, halved, as 2^128 is out of range.
  const Floats scale = power_of_two(x2.count - 1);
  const Floats far = 2.0f * (scale * near + (scale - 0.5f));
  return with_sign_of(select(x2.count == 0, near, far), x);
}

// log(x) + correction, for x > 0 not infinite.
inline Floats log_of_positive(Floats x, Floats correction) {
  const Ints denormal = x < splat(1.17549435e-38f);
  x = select(denormal, x * 33554432.0f, x);
  // x = 2^count·(1 + f) with √½ ≤ 1 + f < √2.
  const Bits shifted = bits_of(x) + (0x3f800000u - 0x3f3504f3u);
  const Ints exponent = reinterpret_cast<Ints>(shifted >> 23) - 127 - (denormal & 25);
  const Floats count = __builtin_convertvector(exponent, Floats);
  const Floats f = floats_of((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  // log(1 + f) = f − f²/2 + s·(f²/2 + R(s²)), s = f / (2 + f)
  const Floats s = f / (2.0f + f), w = s * s, half_square = 0.5f * f * f;
  const Floats r = w * (w * (w * 0.295803994f + 0.399887711f) + 0.666666865f);
  const Floats low = s * (half_square + r) + (count * 1.42860677e-6f + correction);
  return count * 0.693145751953125f - ((half_square - low) - f);
}

inline Floats log(Floats x) {
  Floats result = log_of_positive(x, Floats{});
  result = select(x == kInfinity, x, result);
  result = select(x == Floats{}, splat(-kInfinity), result);
  return select((x < Floats{}) | (x != x), splat(__builtin_nanf("")), result);
}

inline Floats log1p(Floats x) {
  const Floats sum = 1.0f + x;
  // What the sum lost: exact, by T. J. Dekker (1971).
  const Floats lost = select(x >= 1.0f, 1.0f - (sum - x), x - (sum - 1.0f));
  Floats result = with_sign_of(log_of_positive(sum, lost / sum), x);
  result = select(x == kInfinity, x, result);
  result = select(x == -1.0f, splat(-kInfinity), result);
  return select((x < -1.0f) | (x != x), splat(__builtin_nanf("")), result);
}

// 1 / (1 + e^−x)
inline Floats sigmoid(Floats x) {
  const Floats e = exp(-absolute(x));
  return select(x < Floats{}, e, splat(1)) / (1.0f + e);
}

// log(1 + e^x)
inline Floats softplus(Floats x) {
  const Floats e = exp(-absolute(x)), sum = 1.0f + e;
  // log1p of 0 … 1. What the sum lost is below 2^-24, and 1 / sum need not be exact where it is not 1.
  const Floats lost = (e - (sum - 1.0f)) * (1.5f - 0.5f * sum);
  return select(x != x, x, select(x > Floats{}, x, Floats{}) + log_of_positive(sum, lost));
}

inline Floats tanh(Floats x) {
  const Floats e = expm1(2.0f * no_more_than(absolute(x), 10.0f));
  return with_sign_of(e / (e + 2.0f), x);
}
