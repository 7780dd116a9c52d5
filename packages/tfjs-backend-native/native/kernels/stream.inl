// Writing large outputs around the caches: a plain store reads the line that it overwrites first, which is a third of the traffic of a copy.
// Worth it only where the output would not stay in the caches anyway: see stream.h.

inline __attribute__((always_inline)) void stream(float* to, Floats v) {
#if defined(__clang__)
  __builtin_nontemporal_store(v, reinterpret_cast<Floats*>(to));
#elif defined(__x86_64__) && WIDTH == 16
  __builtin_ia32_movntps512(to, v);
#elif defined(__x86_64__) && WIDTH == 8
  __builtin_ia32_movntps256(to, v);
#elif defined(__x86_64__) && WIDTH == 4
  __builtin_ia32_movntps(to, v);
#else
  store(to, v);
#endif
}

// Streamed stores are not ordered with others: needed before another thread is told that they are done.
inline void end_of_stream(bool streamed) {
#if defined(__x86_64__)
  if (streamed) __builtin_ia32_sfence();
#else
  (void)streamed;
#endif
}

// Where a kernel reads a single array, the processor alone does not ask for enough lines at once to fill the bandwidth: it stops at the ends of
// pages. Beyond the end of the array nothing happens.
inline void fetch_ahead(const float* from) { __builtin_prefetch(from + 512); }

// load, or load_some of fewer than WIDTH.
inline __attribute__((always_inline)) Floats load_up_to(const float* from, int64_t count) {
  return count == WIDTH ? load(from) : load_some(from, count);
}

inline __attribute__((always_inline)) void store_up_to(float* to, Floats v, int64_t count) {
  if (count == WIDTH) store(to, v);
  else store_some(to, v, count);
}

// Numbers before the next address that vectors can be streamed to; at most `count`.
inline int64_t before_aligned(const float* to, int64_t count) {
  const auto rest = static_cast<int64_t>((-reinterpret_cast<uintptr_t>(to) / 4) % WIDTH);
  return rest < count ? rest : count;
}

// put(at, some) for the whole of [0, count), in order and in pieces of `some` ≤ WIDTH numbers, each but the ends a whole vector. `streamed`
// moves the pieces so that vectors of `to` are aligned; then put(at, some, true) may stream them.
template <class Put>
inline __attribute__((always_inline)) void each_vector(int64_t count, const float* to, bool streamed, const Put& put) {
  int64_t i = 0;
  if (streamed) {
    i = before_aligned(to, count);
    if (i > 0) put(int64_t{0}, i, false);
    for (; i + WIDTH <= count; i += WIDTH) put(i, int64_t{WIDTH}, true);
  } else {
    for (; i + WIDTH <= count; i += WIDTH) put(i, int64_t{WIDTH}, false);
  }
  if (i < count) put(i, count - i, false);
}

inline __attribute__((always_inline)) void put_vector(float* to, Floats v, int64_t count, bool streamed) {
  if (streamed) stream(to, v);
  else store_up_to(to, v, count);
}
