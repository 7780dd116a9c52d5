// Operations on each number alone. The lists hold the names of TensorFlow.js's kernels; a position in a list is the operation's code.
#pragma once
#include <cstdint>

namespace native {

#define NATIVE_UNARY(X)                                                                                                         \
  X(Neg) X(Abs) X(Square) X(Sqrt) X(Rsqrt) X(Reciprocal) X(Exp) X(Expm1) X(Log) X(Log1p) X(Sigmoid) X(Tanh) X(Softplus) X(Relu) \
  X(Relu6) X(LeakyRelu) X(Elu) X(Sign) X(Step) X(ClipByValue)
#define NATIVE_TESTS(X) X(IsNan) X(IsInf) X(IsFinite)
#define NATIVE_BINARY(X) X(Add) X(Sub) X(Multiply) X(RealDiv) X(Maximum) X(Minimum) X(SquaredDifference) X(Pow)
#define NATIVE_COMPARISONS(X) X(Equal) X(NotEqual) X(Greater) X(GreaterEqual) X(Less) X(LessEqual)

#define NATIVE_LOGICAL(X) X(LogicalAnd) X(LogicalOr)

#define NATIVE_CODE(Name) k##Name,
enum UnaryCode { NATIVE_UNARY(NATIVE_CODE) kUnaryCount };
enum TestCode { NATIVE_TESTS(NATIVE_CODE) kTestCount };
enum BinaryCode { NATIVE_BINARY(NATIVE_CODE) kBinaryCount };
enum ComparisonCode { NATIVE_COMPARISONS(NATIVE_CODE) kComparisonCount };
enum LogicalCode { NATIVE_LOGICAL(NATIVE_CODE) kLogicalCount };
#undef NATIVE_CODE

// Which operands are arrays; the other is one number.
enum Form { kBothArrays, kSecondNumber, kFirstNumber, kFormCount };

// `p` and `q` are the operation's attributes: LeakyRelu and Step alpha; ClipByValue least and most. In place where the pointers are equal.
using UnaryKernel = void (*)(int64_t count, const float* x, float* out, float p, float q);
using TestKernel = void (*)(int64_t count, const float* x, uint8_t* out);
using BinaryKernel = void (*)(int64_t count, const float* a, const float* b, float* out);
using ComparisonKernel = void (*)(int64_t count, const float* a, const float* b, uint8_t* out);
using IntComparisonKernel = void (*)(int64_t count, const int32_t* a, const int32_t* b, uint8_t* out);
using LogicalKernel = void (*)(int64_t count, const uint8_t* a, const uint8_t* b, uint8_t* out);

struct ElementwiseKernels {
  UnaryKernel unary[kUnaryCount];
  TestKernel tests[kTestCount];
  BinaryKernel binary[kBinaryCount][kFormCount];
  ComparisonKernel comparisons[kComparisonCount][kFormCount];
  IntComparisonKernel int_comparisons[kComparisonCount][kFormCount];
  // JavaScript's a && b, a || b.
  LogicalKernel logical[kLogicalCount][kFormCount];
  // `yes` where `where` is 1.
  void (*select)(int64_t count, const uint8_t* where, const float* yes, const float* no, float* out);
  // As JavaScript does: towards 0, modulo 2^32; NaN and infinity give 0.
  void (*float_to_int)(int64_t count, const float* x, int32_t* out);
  void (*int_to_float)(int64_t count, const int32_t* x, float* out);
  void (*byte_to_float)(int64_t count, const uint8_t* x, float* out);
};

bool agrees(const ElementwiseKernels& candidate, const ElementwiseKernels& portable);

}  // namespace native
