// See gate.h.

// σ(g) without the last denormals: 0 below −87.3.
inline Floats gate_sigmoid(Floats g) {
  const Floats e = exp_in_range(-absolute(g));
  return select(g < Floats{}, e, splat(1)) / (1.0f + e);
}

void swiglu_forward(int64_t count, const float* gate, const float* up, float* out, bool streamed) {
  each_vector(count, out, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
    const Floats g = load_up_to(gate + i, some);
    put_vector(out + i, g * gate_sigmoid(g) * load_up_to(up + i, some), some, whole);
  });
  end_of_stream(streamed);
}

void swiglu_backward(int64_t count, const float* dy, const float* gate, const float* up, float* dgate, float* dup, bool streamed) {
  // Both outputs can be streamed if their vectors are aligned at the same places.
  streamed = streamed && before_aligned(dgate, WIDTH) == before_aligned(dup, WIDTH);
  each_vector(count, dgate, streamed, [&](int64_t i, int64_t some, bool whole) __attribute__((always_inline)) {
    const Floats g = load_up_to(gate + i, some), slope = load_up_to(dy + i, some);
    const Floats s = gate_sigmoid(g), silu = g * s;
    put_vector(dgate + i, slope * load_up_to(up + i, some) * (s + (silu - silu * s)), some, whole);
    put_vector(dup + i, slope * silu, some, whole);
  });
  end_of_stream(streamed);
}

constexpr GateKernels gate_kernels = {swiglu_forward, swiglu_backward};
