#include "kernels/elementwise.h"

#include <cmath>
#include <cstring>

namespace native {
namespace {

constexpr int kCount = 53;

bool close(const float* expected, const float* got) {
  for (int i = 0; i < kCount; i++) {
    if (std::isnan(expected[i]) && std::isnan(got[i])) continue;
    if (expected[i] != got[i] && !(std::fabs(expected[i] - got[i]) <= 1e-6f * std::fabs(expected[i]))) return false;
  }
  return true;
}

struct Sample {
  float a[kCount], b[kCount];
  int32_t ints[kCount];
  uint8_t bytes[kCount];
  Sample() {
    for (int i = 0; i < kCount; i++) {
      a[i] = static_cast<float>(i - 26) * 0.37f;
      b[i] = static_cast<float>((i * 7) % 11 - 5) * 0.37f;
      ints[i] = (i * 7) % 11 - 5;
      bytes[i] = static_cast<uint8_t>(i % 2);
    }
    a[3] = INFINITY;
    a[11] = -INFINITY;
    a[17] = NAN;
    a[29] = -0.0f;
  }
};

bool maps_agree(const ElementwiseKernels& candidate, const ElementwiseKernels& portable, const Sample& sample) {
  float expected[kCount], got[kCount];
  for (int code = 0; code < kUnaryCount; code++) {
    portable.unary[code](kCount, sample.a, expected, -0.5f, 0.5f);
    candidate.unary[code](kCount, sample.a, got, -0.5f, 0.5f);
    if (!close(expected, got)) return false;
  }
  for (int code = 0; code < kBinaryCount; code++)
    for (int form = 0; form < kFormCount; form++) {
      portable.binary[code][form](kCount, sample.a, sample.b, expected);
      candidate.binary[code][form](kCount, sample.a, sample.b, got);
      if (!close(expected, got)) return false;
    }
  portable.select(kCount, sample.bytes, sample.a, sample.b, expected);
  candidate.select(kCount, sample.bytes, sample.a, sample.b, got);
  return close(expected, got);
}

bool conditions_agree(const ElementwiseKernels& candidate, const ElementwiseKernels& portable, const Sample& sample) {
  uint8_t expected[kCount], got[kCount];
  const auto same = [&] { return std::memcmp(expected, got, kCount) == 0; };
  for (int code = 0; code < kTestCount; code++) {
    portable.tests[code](kCount, sample.a, expected);
    candidate.tests[code](kCount, sample.a, got);
    if (!same()) return false;
  }
  for (int code = 0; code < kComparisonCount; code++)
    for (int form = 0; form < kFormCount; form++) {
      portable.comparisons[code][form](kCount, sample.a, sample.b, expected);
      candidate.comparisons[code][form](kCount, sample.a, sample.b, got);
      if (!same()) return false;
      portable.int_comparisons[code][form](kCount, sample.ints, sample.ints, expected);
      candidate.int_comparisons[code][form](kCount, sample.ints, sample.ints, got);
      if (!same()) return false;
    }
  for (int code = 0; code < kLogicalCount; code++)
    for (int form = 0; form < kFormCount; form++) {
      portable.logical[code][form](kCount - 1, sample.bytes, sample.bytes + 1, expected);
      candidate.logical[code][form](kCount - 1, sample.bytes, sample.bytes + 1, got);
      if (std::memcmp(expected, got, kCount - 1) != 0) return false;
    }
  return true;
}

bool conversions_agree(const ElementwiseKernels& candidate, const ElementwiseKernels& portable, const Sample& sample) {
  int32_t expected[kCount], got[kCount];
  portable.float_to_int(kCount, sample.a, expected);
  candidate.float_to_int(kCount, sample.a, got);
  if (std::memcmp(expected, got, sizeof got) != 0) return false;
  float from_ints[kCount], from_bytes[kCount];
  candidate.int_to_float(kCount, sample.ints, from_ints);
  candidate.byte_to_float(kCount, sample.bytes, from_bytes);
  for (int i = 0; i < kCount; i++)
    if (from_ints[i] != static_cast<float>(sample.ints[i]) || from_bytes[i] != static_cast<float>(sample.bytes[i])) return false;
  return true;
}

}  // namespace

bool agrees(const ElementwiseKernels& candidate, const ElementwiseKernels& portable) {
  const Sample sample;
  return maps_agree(candidate, portable, sample) && conditions_agree(candidate, portable, sample) &&
         conversions_agree(candidate, portable, sample);
}

}  // namespace native
