// The addon. It keeps no state of an environment: worker_threads may load it too, and share the threads of the pool.
#include "bindings/exports.h"

NAPI_MODULE_INIT() {
  native::Exports functions(env, exports);
  native::export_engine(functions);
  native::export_memory(functions);
  native::export_peak(functions);
  native::export_gemm(functions);
  native::export_softmax(functions);
  return exports;
}
