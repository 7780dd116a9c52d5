// What a function of the addon was called with, checked. A wrong call throws: nothing is read or written outside of its buffers.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <string>
#include <vector>

namespace native {

// Becomes an Error in JavaScript, with `code` as its code.
struct CallError {
  const char* code;
  std::string message;
};

inline constexpr const char* kWrongArgument = "ERR_NATIVE_ARGUMENT";
inline constexpr const char* kNoMemory = "ERR_NATIVE_MEMORY";
inline constexpr const char* kFailed = "ERR_NATIVE_FAILED";

template <class T>
struct Span {
  T* data;
  int64_t length;
};

// The memory of a typed array, and the size of one of its numbers.
struct Raw {
  Span<uint8_t> memory;
  int bytes;
  int64_t length() const { return memory.length / bytes; }
};

class Arguments {
 public:
  static constexpr size_t kMost = 32;
  static constexpr uint32_t kMostElements = 1 << 20;

  Arguments(napi_env env, napi_callback_info info, const char* function);

  napi_env env() const { return env_; }
  size_t count() const { return count_; }
  napi_value value(size_t index) const { return values_[index]; }
  bool is_missing(size_t index) const;  // not given, undefined or null

  // The numbers of a Float32Array, Int32Array, Uint8Array, Uint16Array, Float64Array. At least `least` of them.
  Span<float> floats(size_t index, const char* name, int64_t least = 0) const;
  // Integers are indices and sizes: never in memory that another thread may change after they were checked.
  Span<int32_t> ints(size_t index, const char* name, int64_t least = 0) const;
  Span<uint8_t> bytes(size_t index, const char* name, int64_t least = 0) const;
  Span<uint16_t> halves(size_t index, const char* name, int64_t least = 0) const;

  Span<double> doubles(size_t index, const char* name, int64_t least = 0) const;

  // What an array holds. Reading it may run JavaScript (getters), which may free buffers: read all arrays before any numbers.
  std::vector<napi_value> elements(size_t index, const char* name) const;
  // The numbers of these Float32Arrays.
  std::vector<Span<float>> float_arrays(const std::vector<napi_value>& elements, const char* name) const;
  // Of a Float32Array, Int32Array or Uint8Array, whichever it is.
  Raw numbers(size_t index, const char* name) const;

  bool is_ints(size_t index) const;  // an Int32Array

  // An integer within [least, most].
  int64_t integer(size_t index, const char* name, int64_t least = 0, int64_t most = int64_t{1} << 40) const;
  double number(size_t index, const char* name) const;
  bool boolean(size_t index, const char* name) const;

  // Throws CallError: "function: message".
  [[noreturn]] void refuse(const std::string& message) const;

 private:
  struct Typed {
    void* data;
    int64_t length;
  };
  bool is_shared(size_t index) const;
  Typed typed(size_t index, const char* name, napi_typedarray_type type, const char* type_name, int64_t least) const;

  napi_env env_;
  const char* function_;
  size_t count_ = kMost;
  napi_value values_[kMost];
};

// The product of two non-negative numbers; throws if it is above 2^40, more than any array holds.
int64_t product_of(const Arguments& arguments, int64_t a, int64_t b);

template <class A, class B>
bool overlap(const Span<A>& a, const Span<B>& b) {
  const auto begin_a = reinterpret_cast<uintptr_t>(a.data), end_a = begin_a + static_cast<size_t>(a.length) * sizeof(A);
  const auto begin_b = reinterpret_cast<uintptr_t>(b.data), end_b = begin_b + static_cast<size_t>(b.length) * sizeof(B);
  return begin_a < end_b && begin_b < end_a;
}

// Throws if an output shares memory with an input.
template <class A, class B>
void apart(const Arguments& arguments, const Span<A>& output, const Span<B>& input, const char* names) {
  if (overlap(output, input)) arguments.refuse(std::string(names) + " overlap");
}

}  // namespace native
