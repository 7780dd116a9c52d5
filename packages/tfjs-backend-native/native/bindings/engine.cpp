// What the engine is: instruction set, threads.
#include "bindings/exports.h"
#include "instruction-sets/kernel_set.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

napi_value empty(const Arguments&) { return nullptr; }

napi_value instruction_set(const Arguments& arguments) { return to_js(arguments.env(), kernels().name); }

// The names of the sets that this processor has, from the best, parted by spaces.
napi_value instruction_sets(const Arguments& arguments) {
  std::string names;
  for (int i = 0; i < choice_count; i++)
    if (choice(i).available) (names += names.empty() ? "" : " ") += choice(i).set->name;
  return to_js(arguments.env(), names.c_str());
}

napi_value message(const Arguments& arguments) { return to_js(arguments.env(), dispatch_message()); }

napi_value get_thread_count(const Arguments& arguments) {
  return to_js(arguments.env(), static_cast<double>(thread_count()));
}

napi_value put_thread_count(const Arguments& arguments) {
  set_thread_count(static_cast<int>(arguments.integer(0, "count", 1, 1024)));
  return nullptr;
}

}  // namespace

void export_engine(Exports& exports) {
  exports.add<empty>("empty");
  exports.add<instruction_set>("instructionSet");
  exports.add<instruction_sets>("instructionSets");
  exports.add<message>("dispatchMessage");
  exports.add<get_thread_count>("threadCount");
  exports.add<put_thread_count>("setThreadCount");
}

}  // namespace native
