// The addon. It keeps no state of an environment: worker_threads may load it too, and share the threads of the pool.
#include "bindings/exports.h"
#include "runtime/pages.h"

NAPI_MODULE_INIT() {
  native::give_large_blocks_back();
  native::Exports functions(env, exports);
  native::export_attention(functions);
  native::export_arrays(functions);
  native::export_elementwise(functions);
  native::export_engine(functions);
  native::export_memory(functions);
  native::export_peak(functions);
  native::export_gemm(functions);
  native::export_softmax(functions);
  native::export_norm(functions);
  native::export_rope(functions);
  native::export_gate(functions);
  native::export_embedding(functions);
  native::export_adamw(functions);
  native::export_convert(functions);
  native::export_vocabulary(functions);
  return exports;
}
