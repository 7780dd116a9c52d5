#include "runtime/pages.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace native {

#if defined(__linux__)

void ask_for_huge_pages(void* data, int64_t bytes) {
  constexpr uintptr_t kPage = uintptr_t{2} << 20;
  if (bytes < static_cast<int64_t>(2 * kPage)) return;
  const auto begin = (reinterpret_cast<uintptr_t>(data) + kPage - 1) / kPage * kPage;
  const auto end = (reinterpret_cast<uintptr_t>(data) + static_cast<uintptr_t>(bytes)) / kPage * kPage;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

#else

void ask_for_huge_pages(void*, int64_t) {}

#endif

void give_large_blocks_back() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace native
