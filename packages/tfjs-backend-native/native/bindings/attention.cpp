// attention/ from JavaScript.
#include "attention/attention.h"

#include "bindings/exports.h"

namespace native {
namespace {

// (…, trees, rows, heads, keyValueHeads, headDim) from the argument `first` on.
AttentionProblem problem_of(const Arguments& arguments, size_t first) {
  constexpr int64_t kMostRows = int64_t{1} << 31;
  AttentionProblem problem{};
  problem.rows = arguments.integer(first + 1, "rows", 0, kMostRows);
  problem.heads = arguments.integer(first + 2, "heads", 1, 1 << 16);
  problem.key_value_heads = arguments.integer(first + 3, "keyValueHeads", 1, problem.heads);
  problem.head_dim = arguments.integer(first + 4, "headDim", 1, 1 << 16);
  if (problem.heads % problem.key_value_heads != 0) arguments.refuse("heads are no multiple of keyValueHeads");
  const Span<int32_t> trees = arguments.ints(first, "trees");
  std::string complaint;
  problem.spans = spans_of(trees.data, trees.length, problem.rows, complaint);
  if (!complaint.empty()) arguments.refuse(complaint);
  return problem;
}

Span<float> queries(const Arguments& arguments, size_t index, const char* name, const AttentionProblem& problem) {
  return arguments.floats(index, name, product_of(arguments, problem.rows, problem.query_width()));
}

Span<float> keys(const Arguments& arguments, size_t index, const char* name, const AttentionProblem& problem) {
  return arguments.floats(index, name, product_of(arguments, problem.rows, problem.key_width()));
}

Span<float> sums(const Arguments& arguments, size_t index, const char* name, const AttentionProblem& problem) {
  return arguments.floats(index, name, product_of(arguments, problem.rows, problem.heads));
}

// (q, k, v, out, lse, trees, rows, heads, keyValueHeads, headDim): sets out and lse.
napi_value forward(const Arguments& arguments) {
  const AttentionProblem problem = problem_of(arguments, 5);
  const Span<float> q = queries(arguments, 0, "q", problem), k = keys(arguments, 1, "k", problem), v = keys(arguments, 2, "v", problem);
  const Span<float> out = queries(arguments, 3, "out", problem), lse = sums(arguments, 4, "lse", problem);
  for (const Span<float>& input : {q, k, v}) {
    apart(arguments, out, input, "out and an input");
    apart(arguments, lse, input, "lse and an input");
  }
  apart(arguments, out, lse, "out and lse");
  attention_forward(problem, q.data, k.data, v.data, out.data, lse.data);
  return nullptr;
}

// (dy, q, k, v, out, lse, dq, dk, dv, trees, rows, heads, keyValueHeads, headDim): sets dq, dk and dv.
napi_value backward(const Arguments& arguments) {
  const AttentionProblem problem = problem_of(arguments, 9);
  const Span<float> dy = queries(arguments, 0, "dy", problem), q = queries(arguments, 1, "q", problem);
  const Span<float> k = keys(arguments, 2, "k", problem), v = keys(arguments, 3, "v", problem);
  const Span<float> out = queries(arguments, 4, "out", problem), lse = sums(arguments, 5, "lse", problem);
  const Span<float> dq = queries(arguments, 6, "dq", problem);
  const Span<float> dk = keys(arguments, 7, "dk", problem), dv = keys(arguments, 8, "dv", problem);
  for (const Span<float>& output : {dq, dk, dv})
    for (const Span<float>& input : {dy, q, k, v, out, lse}) apart(arguments, output, input, "a gradient and an input");
  apart(arguments, dq, dk, "dq and dk");
  apart(arguments, dq, dv, "dq and dv");
  apart(arguments, dk, dv, "dk and dv");
  attention_backward(problem, dy.data, q.data, k.data, v.data, out.data, lse.data, dq.data, dk.data, dv.data);
  return nullptr;
}

}  // namespace

void export_attention(Exports& exports) {
  exports.add<forward>("attentionForward");
  exports.add<backward>("attentionBackward");
}

}  // namespace native
