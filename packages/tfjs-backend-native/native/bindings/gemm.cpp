// gemm.h from JavaScript.
#include "gemm/gemm.h"

#include "bindings/exports.h"
#include "instruction-sets/kernel_set.h"

namespace native {
namespace {

enum Flag { kTransposeA = 1, kTransposeB = 2, kAccumulate = 4, kFlags = 8 };

Precision precision_of(const Arguments& arguments, size_t index) {
  const auto precision = static_cast<Precision>(arguments.integer(index, "precision", 0, 2));
  if (!kernels().tile.has(precision)) arguments.refuse("this processor, or the instruction set in use, has no bfloat16 dot products");
  return precision;
}

// Where a matrix of rows × columns, `ld` apart and from `offset` on, ends.
int64_t end_of(const Arguments& arguments, int64_t offset, int64_t rows, int64_t columns, int64_t ld, const char* name) {
  if (ld < columns) arguments.refuse(std::string(name) + ": the leading dimension is below the length of a row");
  return rows == 0 || columns == 0 ? 0 : offset + product_of(arguments, rows - 1, ld) + columns;
}

// (a, b, c, m, n, k, flags, precision[, alpha, bias, residual[, lda, ldb, ldc, aOffset, bOffset, cOffset]])
napi_value multiply_matrices(const Arguments& arguments) {
  const int64_t m = arguments.integer(3, "m"), n = arguments.integer(4, "n"), k = arguments.integer(5, "k");
  const int64_t flags = arguments.integer(6, "flags", 0, kFlags - 1);
  const bool transpose_a = (flags & kTransposeA) != 0, transpose_b = (flags & kTransposeB) != 0;
  const int64_t a_rows = transpose_a ? k : m, a_columns = transpose_a ? m : k;
  const int64_t b_rows = transpose_b ? n : k, b_columns = transpose_b ? k : n;
  const auto size_or = [&](size_t index, const char* name, int64_t otherwise) {
    return arguments.is_missing(index) ? otherwise : arguments.integer(index, name);
  };
  const int64_t lda = size_or(11, "lda", a_columns), ldb = size_or(12, "ldb", b_columns), ldc = size_or(13, "ldc", n);
  const int64_t a_offset = size_or(14, "aOffset", 0), b_offset = size_or(15, "bOffset", 0), c_offset = size_or(16, "cOffset", 0);
  const auto a = arguments.floats(0, "a", end_of(arguments, a_offset, a_rows, a_columns, lda, "a"));
  const auto b = arguments.floats(1, "b", end_of(arguments, b_offset, b_rows, b_columns, ldb, "b"));
  const auto c = arguments.floats(2, "c", end_of(arguments, c_offset, m, n, ldc, "c"));
  if (a_offset > a.length || b_offset > b.length || c_offset > c.length) arguments.refuse("an offset lies behind its array");
  apart(arguments, c, a, "c and a");
  apart(arguments, c, b, "c and b");

  TileUpdate update;
  if (!arguments.is_missing(8)) update.scale = static_cast<float>(arguments.number(8, "alpha"));
  update.accumulate = (flags & kAccumulate) != 0;
  if (!arguments.is_missing(9)) {
    const auto bias = arguments.floats(9, "bias", n);
    apart(arguments, c, bias, "c and bias");
    update.bias = bias.data;
  }
  if (!arguments.is_missing(10)) {
    const auto residual = arguments.floats(10, "residual", product_of(arguments, m, n));
    apart(arguments, c, residual, "c and residual");
    update.residual = residual.data;
    update.residual_ld = n;
  }
  multiply({.m = m,
            .n = n,
            .k = k,
            .a = {a.data + a_offset, lda, transpose_a},
            .b = {b.data + b_offset, ldb, transpose_b},
            .c = c.data + c_offset,
            .ldc = ldc,
            .update = update,
            .precision = precision_of(arguments, 7)});
  return nullptr;
}

// The numbers of an Int32Array, each below `matrices`; nullptr if there is none.
const int32_t* indices_of(const Arguments& arguments, size_t index, const char* name, int64_t count, int64_t matrices) {
  if (arguments.is_missing(index)) {
    if (matrices < count) arguments.refuse(std::string(name) + " is missing, and there are fewer matrices than products");
    return nullptr;
  }
  const auto indices = arguments.ints(index, name, count);
  for (int64_t i = 0; i < count; i++)
    if (indices.data[i] < 0 || indices.data[i] >= matrices) arguments.refuse(std::string(name) + " points outside of the matrices");
  return indices.data;
}

// (a, b, c, m, n, k, flags, precision, count[, aIndices, bIndices, bias])
napi_value multiply_matrix_batch(const Arguments& arguments) {
  const int64_t m = arguments.integer(3, "m"), n = arguments.integer(4, "n"), k = arguments.integer(5, "k");
  const int64_t flags = arguments.integer(6, "flags", 0, kFlags - 1), count = arguments.integer(8, "count");
  const bool transpose_a = (flags & kTransposeA) != 0, transpose_b = (flags & kTransposeB) != 0;
  const int64_t a_size = product_of(arguments, m, k), b_size = product_of(arguments, k, n), c_size = product_of(arguments, m, n);
  const auto a = arguments.floats(0, "a"), b = arguments.floats(1, "b");
  const auto c = arguments.floats(2, "c", product_of(arguments, c_size, count));
  apart(arguments, c, a, "c and a");
  apart(arguments, c, b, "c and b");
  const int32_t* a_indices = indices_of(arguments, 9, "aIndices", count, a_size == 0 ? INT32_MAX : a.length / a_size);
  const int32_t* b_indices = indices_of(arguments, 10, "bIndices", count, b_size == 0 ? INT32_MAX : b.length / b_size);
  if (c_size == 0) return nullptr;
  TileUpdate update;
  update.accumulate = (flags & kAccumulate) != 0;
  if (!arguments.is_missing(11)) {
    const auto bias = arguments.floats(11, "bias", n);
    apart(arguments, c, bias, "c and bias");
    update.bias = bias.data;
  }
  multiply_batch({.m = m,
                  .n = n,
                  .k = k,
                  .a = {a.data, transpose_a ? m : k, transpose_a},
                  .b = {b.data, transpose_b ? k : n, transpose_b},
                  .c = c.data,
                  .ldc = n,
                  .update = update,
                  .precision = precision_of(arguments, 7)},
                 count, a_indices, b_indices);
  return nullptr;
}

napi_value has_bf16(const Arguments& arguments) { return to_js(arguments.env(), kernels().tile.has(Precision::bf16)); }

}  // namespace

void export_gemm(Exports& exports) {
  exports.add<multiply_matrices>("multiply");
  exports.add<multiply_matrix_batch>("multiplyBatch");
  exports.add<has_bf16>("hasBf16");
}

}  // namespace native
