#include "bindings/arguments.h"

#include <cmath>

namespace native {

Arguments::Arguments(napi_env env, napi_callback_info info, const char* function) : env_(env), function_(function) {
  if (napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr) != napi_ok) refuse("the arguments cannot be read");
  if (count_ > kMost) refuse("too many arguments");
}

void Arguments::refuse(const std::string& message) const {
  throw CallError{kWrongArgument, std::string(function_) + ": " + message};
}

bool Arguments::is_missing(size_t index) const {
  if (index >= count_) return true;
  napi_valuetype type;
  napi_typeof(env_, values_[index], &type);
  return type == napi_undefined || type == napi_null;
}

bool Arguments::is_shared(size_t index) const {
  napi_value buffer = nullptr;
  bool is_own = false;
  return napi_get_typedarray_info(env_, values_[index], nullptr, nullptr, nullptr, &buffer, nullptr) != napi_ok ||
         napi_is_arraybuffer(env_, buffer, &is_own) != napi_ok || !is_own;
}

Arguments::Typed Arguments::typed(size_t index, const char* name, napi_typedarray_type wanted, const char* type_name,
                                  int64_t least) const {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (index >= count_ ||
      napi_get_typedarray_info(env_, values_[index], &type, &length, &data, nullptr, nullptr) != napi_ok || type != wanted)
    refuse(std::string(name) + " is no " + type_name);
  if (static_cast<int64_t>(length) < least)
    refuse(std::string(name) + " has " + std::to_string(length) + " numbers, needed are " + std::to_string(least));
  return {data, static_cast<int64_t>(length)};
}

Span<float> Arguments::floats(size_t index, const char* name, int64_t least) const {
  const Typed found = typed(index, name, napi_float32_array, "Float32Array", least);
  return {static_cast<float*>(found.data), found.length};
}

Span<int32_t> Arguments::ints(size_t index, const char* name, int64_t least) const {
  const Typed found = typed(index, name, napi_int32_array, "Int32Array", least);
  if (is_shared(index)) refuse(std::string(name) + " lies in a SharedArrayBuffer");
  return {static_cast<int32_t*>(found.data), found.length};
}

Span<uint8_t> Arguments::bytes(size_t index, const char* name, int64_t least) const {
  const Typed found = typed(index, name, napi_uint8_array, "Uint8Array", least);
  return {static_cast<uint8_t*>(found.data), found.length};
}

Span<uint16_t> Arguments::halves(size_t index, const char* name, int64_t least) const {
  const Typed found = typed(index, name, napi_uint16_array, "Uint16Array", least);
  return {static_cast<uint16_t*>(found.data), found.length};
}

Span<double> Arguments::doubles(size_t index, const char* name, int64_t least) const {
  const Typed found = typed(index, name, napi_float64_array, "Float64Array", least);
  return {static_cast<double*>(found.data), found.length};
}

std::vector<napi_value> Arguments::elements(size_t index, const char* name) const {
  uint32_t count = 0;
  if (index >= count_ || napi_get_array_length(env_, values_[index], &count) != napi_ok) refuse(std::string(name) + " is no array");
  std::vector<napi_value> elements;
  if (count > kMostElements) refuse(std::string(name) + " has more than " + std::to_string(kMostElements) + " elements");
  for (uint32_t i = 0; i < count; i++) {
    napi_value element;
    if (napi_get_element(env_, values_[index], i, &element) != napi_ok) refuse(std::string(name) + " cannot be read");
    elements.push_back(element);
  }
  return elements;
}

std::vector<Span<float>> Arguments::float_arrays(const std::vector<napi_value>& elements, const char* name) const {
  std::vector<Span<float>> spans;
  for (napi_value element : elements) {
    napi_typedarray_type type;
    size_t length = 0;
    void* data = nullptr;
    if (napi_get_typedarray_info(env_, element, &type, &length, &data, nullptr, nullptr) != napi_ok || type != napi_float32_array)
      refuse(std::string(name) + "[" + std::to_string(spans.size()) + "] is no Float32Array");
    spans.push_back({static_cast<float*>(data), static_cast<int64_t>(length)});
  }
  return spans;
}

Raw Arguments::numbers(size_t index, const char* name) const {
  napi_typedarray_type type = napi_float64_array;
  size_t length = 0;
  void* data = nullptr;
  if (index >= count_ || napi_get_typedarray_info(env_, values_[index], &type, &length, &data, nullptr, nullptr) != napi_ok ||
      (type != napi_float32_array && type != napi_int32_array && type != napi_uint8_array))
    refuse(std::string(name) + " is no Float32Array, Int32Array or Uint8Array");
  const int bytes = type == napi_uint8_array ? 1 : 4;
  return {{static_cast<uint8_t*>(data), static_cast<int64_t>(length) * bytes}, bytes};
}

bool Arguments::is_ints(size_t index) const {
  napi_typedarray_type type = napi_float64_array;
  return index < count_ && napi_get_typedarray_info(env_, values_[index], &type, nullptr, nullptr, nullptr, nullptr) == napi_ok &&
         type == napi_int32_array;
}

double Arguments::number(size_t index, const char* name) const {
  double value = 0;
  if (index >= count_ || napi_get_value_double(env_, values_[index], &value) != napi_ok)
    refuse(std::string(name) + " is no number");
  return value;
}

int64_t Arguments::integer(size_t index, const char* name, int64_t least, int64_t most) const {
  const double value = number(index, name);
  if (!(value >= static_cast<double>(least) && value <= static_cast<double>(most)) || value != std::floor(value))
    refuse(std::string(name) + " is " + std::to_string(value) + ", not an integer of " + std::to_string(least) + " … " +
           std::to_string(most));
  return static_cast<int64_t>(value);
}

bool Arguments::boolean(size_t index, const char* name) const {
  bool value = false;
  if (index >= count_ || napi_get_value_bool(env_, values_[index], &value) != napi_ok)
    refuse(std::string(name) + " is no boolean");
  return value;
}

int64_t product_of(const Arguments& arguments, int64_t a, int64_t b) {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product) || product > int64_t{1} << 40) arguments.refuse("a size beyond 2^40");
  return product;
}

}  // namespace native
