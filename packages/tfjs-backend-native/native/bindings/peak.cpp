// peak.h from JavaScript, on all threads.
#include <vector>

#include "bindings/exports.h"
#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

using Chains = double (*)(int64_t rounds, float* sink);

// (rounds) → operations done by all threads together.
napi_value run_chains(const Arguments& arguments, Chains chains) {
  const int64_t rounds = arguments.integer(0, "rounds", 1, int64_t{1} << 24);
  const int64_t threads = thread_count();
  std::vector<double> done(static_cast<size_t>(threads));
  std::vector<float> sinks(static_cast<size_t>(threads));
  parallel_tasks(threads, [&](int64_t thread) {
    const auto at = static_cast<size_t>(thread);
    done[at] = chains(rounds, &sinks[at]);
  });
  double all = 0;
  for (double part : done) all += part;
  return to_js(arguments.env(), all);
}

napi_value peak_multiply_adds(const Arguments& arguments) { return run_chains(arguments, kernels().peak.multiply_adds); }

napi_value peak_bf16_multiply_adds(const Arguments& arguments) {
  const Chains chains = kernels().peak.bf16_multiply_adds;
  if (chains == nullptr) arguments.refuse("this processor, or the instruction set in use, has no bfloat16 dot products");
  return run_chains(arguments, chains);
}

// (a, b, factor, out): out = a + factor · b.
napi_value peak_triad(const Arguments& arguments) {
  const Span<float> out = arguments.floats(3, "out");
  const Span<float> a = arguments.floats(0, "a", out.length), b = arguments.floats(1, "b", out.length);
  const auto factor = static_cast<float>(arguments.number(2, "factor"));
  apart(arguments, out, a, "out and a");
  apart(arguments, out, b, "out and b");
  parallel_parts(out.length, 16384, [&](int64_t begin, int64_t end, int64_t) {
    kernels().peak.triad(end - begin, a.data + begin, b.data + begin, factor, out.data + begin);
  });
  return nullptr;
}

}  // namespace

void export_peak(Exports& exports) {
  exports.add<peak_multiply_adds>("peakMultiplyAdds");
  exports.add<peak_bf16_multiply_adds>("peakBf16MultiplyAdds");
  exports.add<peak_triad>("peakTriad");
}

}  // namespace native
