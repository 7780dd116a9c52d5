// RMS norm from JavaScript. See fused/norm.h.
#include "fused/norm.h"

#include "bindings/exports.h"

namespace native {
namespace {

// (rows, width, x, weight, epsilon, y, r)
napi_value forward(const Arguments& arguments) {
  const int64_t rows = arguments.integer(0, "rows"), width = arguments.integer(1, "width");
  const int64_t count = product_of(arguments, rows, width);
  const Span<float> x = arguments.floats(2, "x", count), weight = arguments.floats(3, "weight", width);
  const double epsilon = arguments.number(4, "epsilon");
  const Span<float> y = arguments.floats(5, "y", count), r = arguments.floats(6, "r", rows);
  apart(arguments, y, x, "y and x");
  apart(arguments, y, weight, "y and weight");
  apart(arguments, y, r, "y and r");
  apart(arguments, r, x, "r and x");
  apart(arguments, r, weight, "r and weight");
  rms_norm(rows, width, x.data, weight.data, epsilon, y.data, r.data);
  return nullptr;
}

// (rows, width, dy, x, weight, r, dx, dweight)
napi_value backward(const Arguments& arguments) {
  const int64_t rows = arguments.integer(0, "rows"), width = arguments.integer(1, "width");
  const int64_t count = product_of(arguments, rows, width);
  const Span<float> inputs[] = {arguments.floats(2, "dy", count), arguments.floats(3, "x", count), arguments.floats(4, "weight", width),
                                arguments.floats(5, "r", rows)};
  const Span<float> dx = arguments.floats(6, "dx", count), dweight = arguments.floats(7, "dweight", width);
  for (const Span<float>& input : inputs) {
    apart(arguments, dx, input, "dx and an input");
    apart(arguments, dweight, input, "dweight and an input");
  }
  apart(arguments, dx, dweight, "dx and dweight");
  rms_norm_gradient(rows, width, inputs[0].data, inputs[1].data, inputs[2].data, inputs[3].data, dx.data, dweight.data);
  return nullptr;
}

}  // namespace

void export_norm(Exports& exports) {
  exports.add<forward>("rmsNorm");
  exports.add<backward>("rmsNormGradient");
}

}  // namespace native
