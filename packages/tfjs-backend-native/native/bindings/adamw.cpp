// AdamW and the global norm from JavaScript. See fused/adamw.h.
#include "fused/adamw.h"

#include <algorithm>
#include <cmath>

#include "bindings/exports.h"

namespace native {
namespace {

struct Region {
  uintptr_t begin, end;
  bool written;
};

// Throws if a written region shares memory with any other.
void require_apart(const Arguments& arguments, std::vector<Region> regions) {
  std::sort(regions.begin(), regions.end(), [](const Region& a, const Region& b) { return a.begin < b.begin; });
  uintptr_t end = 0, written_end = 0;
  for (const Region& region : regions) {
    if (region.begin < (region.written ? end : written_end)) arguments.refuse("two of the arrays overlap");
    end = std::max(end, region.end);
    if (region.written) written_end = std::max(written_end, region.end);
  }
}

// (parameters, gradients, means, squares: arrays of Float32Array; learning rates, weight decays: Float64Array;
//  beta1, beta2, epsilon, scale, steps taken with this one)
napi_value update(const Arguments& arguments) {
  constexpr const char* names[] = {"parameters", "gradients", "means", "squares"};
  std::vector<napi_value> elements[4];
  for (size_t list = 0; list < 4; list++) elements[list] = arguments.elements(list, names[list]);
  std::vector<Span<float>> lists[4];
  for (size_t list = 0; list < 4; list++) lists[list] = arguments.float_arrays(elements[list], names[list]);
  const auto count = static_cast<int64_t>(lists[0].size());
  const Span<double> rates = arguments.doubles(4, "learningRates", count), decays = arguments.doubles(5, "weightDecays", count);
  const double beta1 = arguments.number(6, "beta1"), beta2 = arguments.number(7, "beta2"), epsilon = arguments.number(8, "epsilon");
  const double scale = arguments.number(9, "scale");
  const auto steps = static_cast<double>(arguments.integer(10, "steps", 1));
  const double correction1 = 1 - std::pow(beta1, steps), correction2 = 1 - std::pow(beta2, steps);

  std::vector<Region> regions;
  for (int list = 0; list < 4; list++) {
    if (lists[list].size() != lists[0].size()) arguments.refuse("parameters, gradients, means and squares are not as many");
    for (size_t i = 0; i < lists[list].size(); i++) {
      const Span<float>& span = lists[list][i];
      if (span.length != lists[0][i].length) arguments.refuse("the arrays of parameter " + std::to_string(i) + " differ in length");
      const auto begin = reinterpret_cast<uintptr_t>(span.data);
      if (span.length > 0) regions.push_back({begin, begin + static_cast<size_t>(span.length) * 4, list != 1});
    }
  }
  require_apart(arguments, std::move(regions));

  std::vector<AdamWTensor> tensors;
  for (int64_t i = 0; i < count; i++) {
    const auto at = static_cast<size_t>(i);
    const AdamWStep step = {static_cast<float>(scale),
                            static_cast<float>(beta1),
                            static_cast<float>(1 - beta1),
                            static_cast<float>(beta2),
                            static_cast<float>(1 - beta2),
                            static_cast<float>(1 - rates.data[i] * decays.data[i]),
                            static_cast<float>(rates.data[i] / correction1),
                            static_cast<float>(1 / std::sqrt(correction2)),
                            static_cast<float>(epsilon)};
    tensors.push_back({lists[0][at].length, lists[0][at].data, lists[1][at].data, lists[2][at].data, lists[3][at].data, step});
  }
  adamw(tensors);
  return nullptr;
}

// (array of Float32Array) → number
napi_value norm(const Arguments& arguments) {
  std::vector<Values> tensors;
  for (const Span<float>& span : arguments.float_arrays(arguments.elements(0, "tensors"), "tensors")) tensors.push_back({span.length, span.data});
  return to_js(arguments.env(), global_norm(tensors));
}

}  // namespace

void export_adamw(Exports& exports) {
  exports.add<update>("adamW");
  exports.add<norm>("globalNorm");
}

}  // namespace native
