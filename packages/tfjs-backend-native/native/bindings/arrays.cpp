// Reductions and moves of numbers from JavaScript.
#include <cmath>

#include "arrays/copy.h"
#include "arrays/reduce.h"
#include "arrays/rows.h"
#include "bindings/exports.h"

namespace native {
namespace {

#define NAME(Name) #Name " "
napi_value reduction_names(const Arguments& arguments) { return to_js(arguments.env(), NATIVE_REDUCTIONS(NAME)); }
#undef NAME

// (code, x, out, outer, middle, inner, divisor)
napi_value reduce_numbers(const Arguments& arguments) {
  const auto code = static_cast<ReductionCode>(arguments.integer(0, "code", 0, kReductionCount - 1));
  const int64_t outer = arguments.integer(3, "outer"), middle = arguments.integer(4, "middle"), inner = arguments.integer(5, "inner");
  const int64_t results = product_of(arguments, outer, inner);
  const Span<float> x = arguments.floats(1, "x", product_of(arguments, results, middle)), out = arguments.floats(2, "out", results);
  apart(arguments, out, x, "out and x");
  reduce(code, x.data, out.data, outer, middle, inner, arguments.number(6, "divisor"));
  return nullptr;
}

// (greatest, x, out, count)
napi_value arg_extreme(const Arguments& arguments) {
  const bool greatest = arguments.boolean(0, "greatest");
  const Span<int32_t> out = arguments.ints(2, "out");
  const int64_t count = arguments.integer(3, "count", 1, INT32_MAX);
  const Span<float> x = arguments.floats(1, "x", product_of(arguments, out.length, count));
  apart(arguments, out, x, "out and x");
  find_extreme(greatest, x.data, out.data, out.length, count);
  return nullptr;
}

// The whole number that a double is.
int64_t whole(const Arguments& arguments, double value) {
  if (!(std::fabs(value) <= static_cast<double>(int64_t{1} << 40)) || value != std::floor(value))
    arguments.refuse("the plan has a number that is not a whole one");
  return static_cast<int64_t>(value);
}

// Throws if an array of `length` numbers has not all the places start + Σ i·stride.
void check_places(const Arguments& arguments, const CopyPlan& plan, int64_t start, const int64_t* strides, int64_t length,
                  const char* name) {
  int64_t least = start, most = start;
  for (int axis = 0; axis < plan.axes; axis++) {
    int64_t span = 0;
    if (__builtin_mul_overflow(plan.sizes[axis] - 1, strides[axis], &span) ||
        __builtin_add_overflow(span < 0 ? least : most, span, span < 0 ? &least : &most))
      arguments.refuse("the plan is too large");
  }
  if (least < 0 || most >= length) arguments.refuse(std::string("the plan leaves ") + name);
}

// (x, out, plan, axes): plan is [from start, to start, then for each axis size, from stride, to stride].
napi_value copy_numbers(const Arguments& arguments) {
  const Raw x = arguments.numbers(0, "x"), out = arguments.numbers(1, "out");
  if (x.bytes != out.bytes) arguments.refuse("x and out have numbers of different sizes");
  apart(arguments, out.memory, x.memory, "out and x");
  CopyPlan plan;
  plan.axes = static_cast<int>(arguments.integer(3, "axes", 0, CopyPlan::kAxes));
  const Span<double> numbers = arguments.doubles(2, "plan", 2 + 3 * plan.axes);
  plan.from_start = whole(arguments, numbers.data[0]);
  plan.to_start = whole(arguments, numbers.data[1]);
  bool empty = false;
  int64_t size = 1;
  for (int axis = 0; axis < plan.axes; axis++) {
    plan.sizes[axis] = whole(arguments, numbers.data[2 + 3 * axis]);
    plan.from[axis] = whole(arguments, numbers.data[3 + 3 * axis]);
    plan.to[axis] = whole(arguments, numbers.data[4 + 3 * axis]);
    if (plan.sizes[axis] < 0) arguments.refuse("the plan has a negative size");
    empty = empty || plan.sizes[axis] == 0;
    if (!empty) size = product_of(arguments, size, plan.sizes[axis]);
  }
  if (empty) return nullptr;
  check_places(arguments, plan, plan.from_start, plan.from, x.length(), "x");
  check_places(arguments, plan, plan.to_start, plan.to, out.length(), "out");
  copy(plan, x.bytes, x.memory.data, out.memory.data);
  return nullptr;
}

// (x, ids, out, batch, outer, rows, count, length)
napi_value gather_rows(const Arguments& arguments) {
  const Raw x = arguments.numbers(0, "x"), out = arguments.numbers(2, "out");
  if (x.bytes != out.bytes) arguments.refuse("x and out have numbers of different sizes");
  const GatherShape shape = {arguments.integer(3, "batch"), arguments.integer(4, "outer"), arguments.integer(5, "rows"),
                             arguments.integer(6, "count"), arguments.integer(7, "length")};
  const Span<int32_t> ids = arguments.ints(1, "ids", product_of(arguments, shape.batch, shape.count));
  const int64_t blocks = product_of(arguments, shape.batch, shape.outer);
  if (x.length() < product_of(arguments, product_of(arguments, blocks, shape.rows), shape.length)) arguments.refuse("x is too short");
  if (out.length() < product_of(arguments, product_of(arguments, blocks, shape.count), shape.length))
    arguments.refuse("out is too short");
  apart(arguments, out.memory, x.memory, "out and x");
  apart(arguments, out.memory, ids, "out and ids");
  for (int64_t i = 0; i < shape.batch * shape.count; i++)
    if (ids.data[i] < 0 || ids.data[i] >= shape.rows) arguments.refuse("an id is outside of the rows");
  gather(shape, x.bytes, x.memory.data, ids.data, out.memory.data);
  return nullptr;
}

// (x, ids, out, rows, length)
napi_value scatter_add_rows(const Arguments& arguments) {
  const Span<int32_t> ids = arguments.ints(1, "ids");
  const int64_t rows = arguments.integer(3, "rows"), length = arguments.integer(4, "length");
  const Span<float> x = arguments.floats(0, "x", product_of(arguments, ids.length, length));
  const Span<float> out = arguments.floats(2, "out", product_of(arguments, rows, length));
  apart(arguments, out, x, "out and x");
  apart(arguments, out, ids, "out and ids");
  scatter_add(ids.length, rows, length, x.data, ids.data, out.data);
  return nullptr;
}

}  // namespace

void export_arrays(Exports& exports) {
  exports.add<reduction_names>("reductionNames");
  exports.add<reduce_numbers>("reduce");
  exports.add<arg_extreme>("argExtreme");
  exports.add<copy_numbers>("copy");
  exports.add<gather_rows>("gather");
  exports.add<scatter_add_rows>("scatterAdd");
}

}  // namespace native
