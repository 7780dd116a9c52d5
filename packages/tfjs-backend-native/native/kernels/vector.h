// Vectors of the instruction set at hand, over the compiler's vector extensions. Included by each file of instruction-sets/ inside of its
// unnamed namespace, after WIDTH is defined: the same source becomes different code there, and must never be merged by the linker.
//
// Loads and stores go through memcpy: buffers that come from JavaScript are aligned to their elements only, and g++ drops `aligned(4)` on
// vector types that depend on a template parameter.

typedef float Floats __attribute__((vector_size(WIDTH * 4)));
typedef int32_t Ints __attribute__((vector_size(WIDTH * 4)));
typedef uint32_t Bits __attribute__((vector_size(WIDTH * 4)));

inline Floats load(const float* from) {
  Floats v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline void store(float* to, Floats v) { __builtin_memcpy(to, &v, sizeof v); }

inline Floats splat(float x) { return x - Floats{}; }

// The word at `from` in all lanes, whatever it means: through integers, so that no arithmetic touches its bits.
inline Floats splat_word(const float* from) {
  uint32_t word;
  __builtin_memcpy(&word, from, sizeof word);
  return (Floats)(Bits{} + word);
}

// The first `count` < WIDTH numbers; the rest is `fill`.
inline Floats load_some(const float* from, int64_t count, float fill = 0) {
  Floats v = splat(fill);
  __builtin_memcpy(&v, from, static_cast<size_t>(count) * 4);
  return v;
}

inline void store_some(float* to, Floats v, int64_t count) { __builtin_memcpy(to, &v, static_cast<size_t>(count) * 4); }

inline Floats select(Ints where, Floats yes, Floats no) { return where ? yes : no; }

// NaN in `x` gives `x`, as JavaScript's Math.max does.
inline Floats maximum(Floats x, Floats y) { return select((x >= y) | (x != x), x, y); }
inline Floats minimum(Floats x, Floats y) { return select((x <= y) | (x != x), x, y); }

// In a fixed order, by halves.
inline float sum_of(Floats v) {
  float lanes[WIDTH];
  store(lanes, v);
  for (int width = WIDTH / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}

inline float maximum_of(Floats v) {
  float lanes[WIDTH];
  store(lanes, v);
  float best = lanes[0];
  for (int i = 1; i < WIDTH; i++) best = (best >= lanes[i] || best != best) ? best : lanes[i];
  return best;
}
