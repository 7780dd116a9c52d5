#include "runtime/scratch.h"

#include <memory>
#include <new>

namespace native {
namespace {

constexpr std::align_val_t kPage{4096};

struct Freeing {
  void operator()(float* memory) const { ::operator delete[](memory, kPage); }
};

struct Scratch {
  std::unique_ptr<float[], Freeing> memory;
  int64_t count = 0;
};

}  // namespace

float* scratch_floats(int64_t count) {
  thread_local Scratch scratch;
  if (count > scratch.count) {
    scratch.memory.reset();
    scratch.count = 0;
    scratch.memory.reset(static_cast<float*>(::operator new[](static_cast<size_t>(count) * sizeof(float), kPage)));
    scratch.count = count;
  }
  return scratch.memory.get();
}

}  // namespace native
