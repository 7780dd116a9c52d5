// What JavaScript cannot do with the memory of its ArrayBuffers.
#include "bindings/exports.h"
#include "runtime/pages.h"

namespace native {
namespace {

constexpr uintptr_t kAlignment = 64;

Span<char> buffer_of(const Arguments& arguments) {
  bool is_buffer = false;
  void* data = nullptr;
  size_t length = 0;
  if (arguments.count() < 1 || napi_is_arraybuffer(arguments.env(), arguments.value(0), &is_buffer) != napi_ok || !is_buffer ||
      napi_get_arraybuffer_info(arguments.env(), arguments.value(0), &data, &length) != napi_ok)
    arguments.refuse("buffer is no ArrayBuffer");
  return {static_cast<char*>(data), static_cast<int64_t>(length)};
}

// (buffer) → the first offset whose address is a multiple of 64. Asks for huge pages under a large buffer.
napi_value prepare_memory(const Arguments& arguments) {
  const Span<char> buffer = buffer_of(arguments);
  ask_for_huge_pages(buffer.data, buffer.length);
  const uintptr_t past = reinterpret_cast<uintptr_t>(buffer.data) % kAlignment;
  return to_js(arguments.env(), static_cast<double>(past == 0 ? 0 : kAlignment - past));
}

// (buffer): its memory goes back to the system now instead of at some garbage collection; every array over it has no numbers any more.
napi_value release_memory(const Arguments& arguments) {
  buffer_of(arguments);
  if (napi_detach_arraybuffer(arguments.env(), arguments.value(0)) != napi_ok) arguments.refuse("buffer cannot be detached");
  return nullptr;
}

// (buffer, offset, bytes) → bytes. The system takes back the pages that lie within these bytes, and gives empty ones where they are used again.
napi_value discard_memory(const Arguments& arguments) {
  const Span<char> buffer = buffer_of(arguments);
  const int64_t offset = arguments.integer(1, "offset", 0, buffer.length);
  const int64_t bytes = arguments.integer(2, "bytes", 0, buffer.length - offset);
  return to_js(arguments.env(), static_cast<double>(discard_pages(buffer.data + offset, bytes)));
}

}  // namespace

void export_memory(Exports& exports) {
  exports.add<prepare_memory>("prepareMemory");
  exports.add<release_memory>("releaseMemory");
  exports.add<discard_memory>("discardMemory");
}

}  // namespace native
