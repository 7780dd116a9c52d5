// The number formats of packed panels. A word holds kDepth numbers that are neighbours in k; multiply_add adds to each sum the product of
// the words' numbers.

struct F32 {
  static constexpr int kDepth = 1;
  static Floats multiply_add(Floats sum, Floats a, Floats b) { return sum + a * b; }
};

// Pairs of bfloat16: a float32 without its lower 16 bits. The even number of k stands in the low half of the word.
struct Bf16Emulated {
  static constexpr int kDepth = 2;
  static Floats even(Floats words) { return (Floats)((Bits)words << 16); }
  static Floats odd(Floats words) { return (Floats)((Bits)words & 0xffff0000u); }
  static Floats multiply_add(Floats sum, Floats a, Floats b) { return sum + even(a) * even(b) + odd(a) * odd(b); }
};

#ifdef BF16_DOT
struct Bf16 {
  static constexpr int kDepth = 2;
  static Floats multiply_add(Floats sum, Floats a, Floats b) { return BF16_DOT(sum, a, b); }
};
#endif

// The upper 16 bits of each float32 rounded to nearest even; a NaN stays one.
template <class V, class B>
inline B rounded_to_bf16(V numbers) {
  const B bits = (B)numbers;
  const B rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
  return (numbers != numbers ? (bits | 0x400000u) : rounded) >> 16;
}

// Of whole vectors, by the processor where it can. Its instruction takes denormals for zero, as its dot products do.
inline Bits rounded_to_bf16(Floats numbers) {
#ifdef BF16_ROUND
  typedef uint16_t Halves __attribute__((vector_size(WIDTH * 2)));
  return __builtin_convertvector((Halves)BF16_ROUND(numbers), Bits);
#else
  return rounded_to_bf16<Floats, Bits>(numbers);
#endif
}
