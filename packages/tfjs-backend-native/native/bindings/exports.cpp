#include "bindings/exports.h"

#include <exception>
#include <new>

namespace native {
namespace {

void check(napi_env env, napi_status status, const char* what) {
  if (status != napi_ok) napi_fatal_error(what, NAPI_AUTO_LENGTH, "Node-API refused", NAPI_AUTO_LENGTH);
  (void)env;
}

}  // namespace

napi_value Exports::call(napi_env env, napi_callback_info info, Function function) {
  try {
    void* name = nullptr;
    napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &name);
    return function(Arguments(env, info, static_cast<const char*>(name)));
  } catch (const CallError& error) {
    napi_throw_error(env, error.code, error.message.c_str());
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, kNoMemory, "out of memory");
  } catch (const std::exception& error) {  // such as: the system starts no more threads
    napi_throw_error(env, kFailed, error.what());
  }
  return nullptr;
}

void Exports::add_callback(const char* name, napi_callback callback) {
  napi_value function;
  check(env_, napi_create_function(env_, name, NAPI_AUTO_LENGTH, callback, const_cast<char*>(name), &function), name);
  check(env_, napi_set_named_property(env_, object_, name, function), name);
}

napi_value to_js(napi_env env, double value) {
  napi_value result;
  check(env, napi_create_double(env, value, &result), "a number");
  return result;
}

napi_value to_js(napi_env env, const char* text) {
  napi_value result;
  check(env, napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &result), "a text");
  return result;
}

napi_value to_js(napi_env env, bool value) {
  napi_value result;
  check(env, napi_get_boolean(env, value, &result), "a boolean");
  return result;
}

}  // namespace native
