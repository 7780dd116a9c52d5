// vocabulary/softmax.h from JavaScript: (x, rows, columns, out) and (dy, logProbs, rows, columns, dx).
#include "bindings/exports.h"
#include "vocabulary/softmax.h"

namespace native {
namespace {

struct Shape {
  int64_t rows, columns, size;
};

// Of the matrix, at arguments `index` and `index` + 1.
Shape shape_at(const Arguments& arguments, size_t index) {
  const int64_t rows = arguments.integer(index, "rows"), columns = arguments.integer(index + 1, "columns");
  return {rows, columns, product_of(arguments, rows, columns)};
}

template <void (*kernel)(int64_t, int64_t, const float*, float*)>
napi_value of_rows(const Arguments& arguments) {
  const auto [rows, columns, size] = shape_at(arguments, 1);
  const Span<float> x = arguments.floats(0, "x", size), out = arguments.floats(3, "out", size);
  apart(arguments, out, x, "out and x");
  if (size > 0) kernel(rows, columns, x.data, out.data);
  return nullptr;
}

napi_value gradient(const Arguments& arguments) {
  const auto [rows, columns, size] = shape_at(arguments, 2);
  const Span<float> dy = arguments.floats(0, "dy", size), log_probs = arguments.floats(1, "logProbs", size);
  const Span<float> dx = arguments.floats(4, "dx", size);
  apart(arguments, dx, dy, "dx and dy");
  apart(arguments, dx, log_probs, "dx and logProbs");
  if (size > 0) log_softmax_gradient_rows(rows, columns, dy.data, log_probs.data, dx.data);
  return nullptr;
}

}  // namespace

void export_softmax(Exports& exports) {
  exports.add<of_rows<softmax_rows>>("softmax");
  exports.add<of_rows<log_softmax_rows>>("logSoftmax");
  exports.add<gradient>("logSoftmaxGradient");
}

}  // namespace native
