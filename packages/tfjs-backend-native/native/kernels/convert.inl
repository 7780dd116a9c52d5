// See convert.h. Written on bit patterns: what the instruction sets have for it differs in rounding, denormals and NaN.

typedef uint16_t Words __attribute__((vector_size(WIDTH * 2)));

inline Bits load_words(const uint16_t* from, int64_t count) {
  Words words = {};
  __builtin_memcpy(&words, from, static_cast<size_t>(count) * 2);
  return __builtin_convertvector(words, Bits);
}

inline void store_words(uint16_t* to, Bits bits, int64_t count) {
  const Words words = __builtin_convertvector(bits, Words);
  __builtin_memcpy(to, &words, static_cast<size_t>(count) * 2);
}

inline Bits choose(Ints where, Bits yes, Bits no) { return where ? yes : no; }
inline Bits odd_after(Bits x, int shift) { return (x >> shift) & 1u; }

inline Bits bf16_of(Bits x) {
  const Bits rounded = (x + 0x7fffu + odd_after(x, 16)) >> 16;
  return choose((x & 0x7fffffffu) > 0x7f800000u, (x >> 16) | 0x40u, rounded);
}

inline Bits f16_of(Bits x) {
  const Bits magnitude = x & 0x7fffffffu;
  const Bits normal = (magnitude - 0x38000000u + 0xfffu + odd_after(magnitude, 13)) >> 13;
  // Below 2⁻¹⁴: a half has steps of 2⁻²⁴, as have the float32 above ½, so that adding ½ rounds as needed.
  const Bits subnormal = bits_of(floats_of(magnitude) + 0.5f) - 0x3f000000u;
  Bits result = choose(magnitude < 0x38800000u, subnormal, normal);
  result = choose(magnitude >= 0x477ff000u, 0x7c00u - Bits{}, result);  // 65520 and more
  result = choose(magnitude > 0x7f800000u, 0x7e00u - Bits{}, result);
  return result | ((x >> 16) & 0x8000u);
}

inline Bits bits_of_f16(Bits half) {
  // Shifted into place the exponent is too small by 112; the product is exact for subnormals too.
  const Bits magnitude = (half & 0x7fffu) << 13;
  const Bits value = bits_of(floats_of(magnitude) * 0x1p112f);
  return choose(magnitude >= 0x0f800000u, magnitude | 0x7f800000u, value) | ((half & 0x8000u) << 16);
}

void from_bf16(int64_t count, const uint16_t* from, float* to, bool streamed) {
  each_vector(count, to, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
    put_vector(to + i, floats_of(load_words(from + i, some) << 16), some, whole);
  });
  end_of_stream(streamed);
}

void from_f16(int64_t count, const uint16_t* from, float* to, bool streamed) {
  each_vector(count, to, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
    put_vector(to + i, floats_of(bits_of_f16(load_words(from + i, some))), some, whole);
  });
  end_of_stream(streamed);
}

void to_bf16(int64_t count, const float* from, uint16_t* to) {
  each_vector(count, from, false, [&](int64_t i, int64_t some, bool) __attribute__((always_inline)) {
    fetch_ahead(from + i);
    store_words(to + i, bf16_of(bits_of(load_up_to(from + i, some))), some);
  });
}

void to_f16(int64_t count, const float* from, uint16_t* to) {
  each_vector(count, from, false, [&](int64_t i, int64_t some, bool) __attribute__((always_inline)) {
    fetch_ahead(from + i);
    store_words(to + i, f16_of(bits_of(load_up_to(from + i, some))), some);
  });
}

constexpr ConvertKernels convert_kernels = {from_bf16, from_f16, to_bf16, to_f16};
