// Elementwise operations from JavaScript. Operations are called by their code: their place in the list of names.
#include "arrays/map.h"
#include "bindings/exports.h"

namespace native {
namespace {

#define NAME(Name) #Name " "
napi_value unary_names(const Arguments& arguments) { return to_js(arguments.env(), NATIVE_UNARY(NAME)); }
napi_value test_names(const Arguments& arguments) { return to_js(arguments.env(), NATIVE_TESTS(NAME)); }
napi_value binary_names(const Arguments& arguments) { return to_js(arguments.env(), NATIVE_BINARY(NAME)); }
napi_value comparison_names(const Arguments& arguments) { return to_js(arguments.env(), NATIVE_COMPARISONS(NAME)); }
napi_value logical_names(const Arguments& arguments) { return to_js(arguments.env(), NATIVE_LOGICAL(NAME)); }
#undef NAME

// An output may be the input itself, but share no part of it.
template <class A, class B>
void apart_or_same(const Arguments& arguments, const Span<A>& output, const Span<B>& input, const char* names) {
  if (static_cast<const void*>(output.data) != static_cast<const void*>(input.data)) apart(arguments, output, input, names);
}

// (code, x, out, p, q)
napi_value unary(const Arguments& arguments) {
  const auto code = static_cast<UnaryCode>(arguments.integer(0, "code", 0, kUnaryCount - 1));
  const Span<float> out = arguments.floats(2, "out"), x = arguments.floats(1, "x", out.length);
  apart_or_same(arguments, out, x, "out and x");
  map_unary(code, out.length, x.data, out.data, static_cast<float>(arguments.number(3, "p")),
            static_cast<float>(arguments.number(4, "q")));
  return nullptr;
}

// (code, x, out)
napi_value test(const Arguments& arguments) {
  const auto code = static_cast<TestCode>(arguments.integer(0, "code", 0, kTestCount - 1));
  const Span<uint8_t> out = arguments.bytes(2, "out");
  const Span<float> x = arguments.floats(1, "x", out.length);
  apart(arguments, out, x, "out and x");
  map_test(code, out.length, x.data, out.data);
  return nullptr;
}

// From four sizes and two sets of axes as bits, the first axis the lowest.
Broadcast broadcast_of(const Arguments& arguments, size_t first) {
  constexpr int kAll = (1 << Broadcast::kAxes) - 1, kLastBit = 1 << (Broadcast::kAxes - 1);
  Broadcast shape;
  int64_t size = 1;
  for (size_t axis = 0; axis < Broadcast::kAxes; axis++) {
    shape.sizes[axis] = arguments.integer(first + axis, "size");
    size = product_of(arguments, size, shape.sizes[axis]);
  }
  const int64_t a = arguments.integer(first + Broadcast::kAxes, "axes of a", 0, kAll);
  const int64_t b = arguments.integer(first + Broadcast::kAxes + 1, "axes of b", 0, kAll);
  if (((a | b) & kLastBit) == 0) arguments.refuse("neither operand has the last axis");
  for (int axis = 0; axis < Broadcast::kAxes; axis++) {
    shape.a_has[axis] = (a >> axis & 1) != 0;
    shape.b_has[axis] = (b >> axis & 1) != 0;
  }
  return shape;
}

// (code, a, b, out, size0, size1, size2, size3, axes of a, axes of b)
napi_value binary(const Arguments& arguments) {
  const auto code = static_cast<BinaryCode>(arguments.integer(0, "code", 0, kBinaryCount - 1));
  const Broadcast shape = broadcast_of(arguments, 4);
  const Span<float> a = arguments.floats(1, "a", shape.size_of(shape.a_has)), b = arguments.floats(2, "b", shape.size_of(shape.b_has));
  const Span<float> out = arguments.floats(3, "out", shape.size());
  apart(arguments, out, a, "out and a");
  apart(arguments, out, b, "out and b");
  map_binary(code, shape, a.data, b.data, out.data);
  return nullptr;
}

template <class T>
void run_comparison(const Arguments& arguments, ComparisonCode code, const Broadcast& shape, const Span<T>& a, const Span<T>& b) {
  const Span<uint8_t> out = arguments.bytes(3, "out", shape.size());
  apart(arguments, out, a, "out and a");
  apart(arguments, out, b, "out and b");
  map_comparison(code, shape, a.data, b.data, out.data);
}

// As binary; a and b are both Float32Array or both Int32Array, out is a Uint8Array.
napi_value compare(const Arguments& arguments) {
  const auto code = static_cast<ComparisonCode>(arguments.integer(0, "code", 0, kComparisonCount - 1));
  const Broadcast shape = broadcast_of(arguments, 4);
  const int64_t least_a = shape.size_of(shape.a_has), least_b = shape.size_of(shape.b_has);
  if (arguments.is_ints(1))
    run_comparison(arguments, code, shape, arguments.ints(1, "a", least_a), arguments.ints(2, "b", least_b));
  else
    run_comparison(arguments, code, shape, arguments.floats(1, "a", least_a), arguments.floats(2, "b", least_b));
  return nullptr;
}

// As binary, of Uint8Arrays.
napi_value logical(const Arguments& arguments) {
  const auto code = static_cast<LogicalCode>(arguments.integer(0, "code", 0, kLogicalCount - 1));
  const Broadcast shape = broadcast_of(arguments, 4);
  const Span<uint8_t> a = arguments.bytes(1, "a", shape.size_of(shape.a_has)), b = arguments.bytes(2, "b", shape.size_of(shape.b_has));
  const Span<uint8_t> out = arguments.bytes(3, "out", shape.size());
  apart(arguments, out, a, "out and a");
  apart(arguments, out, b, "out and b");
  map_logical(code, shape, a.data, b.data, out.data);
  return nullptr;
}

// (where, yes, no, out)
napi_value select(const Arguments& arguments) {
  const Span<float> out = arguments.floats(3, "out");
  const Span<uint8_t> where = arguments.bytes(0, "where", out.length);
  const Span<float> yes = arguments.floats(1, "yes", out.length), no = arguments.floats(2, "no", out.length);
  apart(arguments, out, where, "out and where");
  apart(arguments, out, yes, "out and yes");
  apart(arguments, out, no, "out and no");
  map_select(out.length, where.data, yes.data, no.data, out.data);
  return nullptr;
}

// (out, term, term, …)
napi_value add_all(const Arguments& arguments) {
  const Span<float> out = arguments.floats(0, "out");
  const float* terms[Arguments::kMost];
  const size_t count = arguments.count() - 1;
  if (count < 2) arguments.refuse("fewer than two terms");
  for (size_t i = 0; i < count; i++) {
    const Span<float> term = arguments.floats(i + 1, "term", out.length);
    apart(arguments, out, term, "out and a term");
    terms[i] = term.data;
  }
  map_sum(static_cast<int>(count), out.length, terms, out.data);
  return nullptr;
}

// (x, out): float32 to int32, int32 to float32, or bytes to float32.
napi_value convert_numbers(const Arguments& arguments) {
  const Raw x = arguments.numbers(0, "x"), out = arguments.numbers(1, "out");
  if (x.length() < out.length()) arguments.refuse("x is shorter than out");
  apart(arguments, out.memory, x.memory, "out and x");
  if (arguments.is_ints(1)) {
    const Span<int32_t> ints = arguments.ints(1, "out");
    convert(ints.length, arguments.floats(0, "x").data, ints.data);
    return nullptr;
  }
  const Span<float> floats = arguments.floats(1, "out");
  if (arguments.is_ints(0)) convert(floats.length, arguments.ints(0, "x").data, floats.data);
  else convert(floats.length, arguments.bytes(0, "x").data, floats.data);
  return nullptr;
}

}  // namespace

void export_elementwise(Exports& exports) {
  exports.add<unary_names>("unaryNames");
  exports.add<test_names>("testNames");
  exports.add<binary_names>("binaryNames");
  exports.add<comparison_names>("comparisonNames");
  exports.add<logical_names>("logicalNames");
  exports.add<unary>("unary");
  exports.add<test>("test");
  exports.add<binary>("binary");
  exports.add<compare>("compare");
  exports.add<logical>("logical");
  exports.add<select>("select");
  exports.add<add_all>("addAll");
  exports.add<convert_numbers>("convert");
}

}  // namespace native
