// How functions come to be properties of the addon.
#pragma once
#include <node_api.h>

#include "bindings/arguments.h"

namespace native {

// Returns nullptr for undefined.
using Function = napi_value (*)(const Arguments&);

class Exports {
 public:
  Exports(napi_env env, napi_value object) : env_(env), object_(object) {}
  // `name` must outlive the addon: a literal.
  template <Function function>
  void add(const char* name) {
    add_callback(name, [](napi_env env, napi_callback_info info) { return call(env, info, function); });
  }

 private:
  static napi_value call(napi_env env, napi_callback_info info, Function function);
  void add_callback(const char* name, napi_callback callback);

  napi_env env_;
  napi_value object_;
};

napi_value to_js(napi_env env, double value);
napi_value to_js(napi_env env, const char* text);
napi_value to_js(napi_env env, bool value);

// One for each file of bindings/.
void export_attention(Exports& exports);
void export_arrays(Exports& exports);
void export_elementwise(Exports& exports);
void export_engine(Exports& exports);
void export_memory(Exports& exports);
void export_peak(Exports& exports);
void export_gemm(Exports& exports);
void export_softmax(Exports& exports);
void export_norm(Exports& exports);
void export_rope(Exports& exports);
void export_gate(Exports& exports);
void export_embedding(Exports& exports);
void export_adamw(Exports& exports);
void export_convert(Exports& exports);
void export_vocabulary(Exports& exports);

}  // namespace native
