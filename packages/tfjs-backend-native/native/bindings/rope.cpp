// Rotary position embedding from JavaScript. See fused/rope.h.
#include "fused/rope.h"

#include "bindings/exports.h"

namespace native {
namespace {

// (rows, heads, half, x, cos, sin, backwards, y)
napi_value rotate(const Arguments& arguments) {
  const int64_t rows = arguments.integer(0, "rows"), heads = arguments.integer(1, "heads"), half = arguments.integer(2, "half");
  const int64_t table = product_of(arguments, rows, product_of(arguments, 2, half)), count = product_of(arguments, heads, table);
  const Span<float> x = arguments.floats(3, "x", count), cos = arguments.floats(4, "cos", table), sin = arguments.floats(5, "sin", table);
  const bool backwards = arguments.boolean(6, "backwards");
  const Span<float> y = arguments.floats(7, "y", count);
  apart(arguments, y, x, "y and x");
  apart(arguments, y, cos, "y and cos");
  apart(arguments, y, sin, "y and sin");
  if (count > 0) rope(rows, heads, half, x.data, cos.data, sin.data, backwards, y.data);
  return nullptr;
}

}  // namespace

void export_rope(Exports& exports) { exports.add<rotate>("rope"); }

}  // namespace native
