// See embedding.h.

// The beginning of a row elsewhere in memory; the processor fetches the rest by itself.
inline void fetch_row(const float* row, int64_t width) {
  for (int64_t i = 0; i < width && i < 128; i += 16) __builtin_prefetch(row + i);
}

void gather(int64_t count, int64_t width, const float* table, const int32_t* rows, float* out, bool streamed) {
  for (int64_t n = 0; n < count; n++, out += width) {
    if (n + 1 < count) fetch_row(table + rows[n + 1] * width, width);
    const float* row = table + rows[n] * width;
    each_vector(width, out, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
      put_vector(out + i, load_up_to(row + i, some), some, whole);
    });
  }
  end_of_stream(streamed);
}

void sum_rows(int64_t count, int64_t width, const float* x, const int64_t* starts, const int32_t* rows, float* out, bool streamed) {
  for (int64_t n = 0; n < count; n++, out += width) {
    const int64_t begin = starts[n], end = starts[n + 1];
    if (end < starts[count]) fetch_row(x + rows[end] * width, width);
    each_vector(width, out, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
      Floats sum = {};
      for (int64_t k = begin; k < end; k++) sum += load_up_to(x + rows[k] * width + i, some);
      put_vector(out + i, sum, some, whole);
    });
  }
  end_of_stream(streamed);
}

constexpr EmbeddingKernels embedding_kernels = {gather, sum_rows};
