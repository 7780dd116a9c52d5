// 16-bit floating-point numbers from JavaScript. See fused/convert.h.
#include "fused/convert.h"

#include "bindings/exports.h"

namespace native {
namespace {

// (from: Uint16Array, to: Float32Array), as many numbers as `to` has
template <HalfFormat format>
napi_value from_half(const Arguments& arguments) {
  const Span<float> to = arguments.floats(1, "to");
  const Span<uint16_t> from = arguments.halves(0, "from", to.length);
  apart(arguments, to, from, "to and from");
  widen(format, to.length, from.data, to.data);
  return nullptr;
}

// (from: Float32Array, to: Uint16Array), as many numbers as `to` has
template <HalfFormat format>
napi_value to_half(const Arguments& arguments) {
  const Span<uint16_t> to = arguments.halves(1, "to");
  const Span<float> from = arguments.floats(0, "from", to.length);
  apart(arguments, to, from, "to and from");
  narrow(format, to.length, from.data, to.data);
  return nullptr;
}

}  // namespace

void export_convert(Exports& exports) {
  exports.add<from_half<HalfFormat::bf16>>("fromBf16");
  exports.add<from_half<HalfFormat::f16>>("fromF16");
  exports.add<to_half<HalfFormat::bf16>>("toBf16");
  exports.add<to_half<HalfFormat::f16>>("toF16");
}

}  // namespace native
