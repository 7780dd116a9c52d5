#include "runtime/pages.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace native {

#if defined(__linux__)

namespace {

// The whole pages of `size` bytes within a stretch of memory.
struct Pages {
  uintptr_t begin, end;
  Pages(void* data, int64_t bytes, uintptr_t size)
      : begin((reinterpret_cast<uintptr_t>(data) + size - 1) / size * size),
        end((reinterpret_cast<uintptr_t>(data) + static_cast<uintptr_t>(bytes)) / size * size) {}
  bool advise(int advice) const { return begin < end && madvise(reinterpret_cast<void*>(begin), end - begin, advice) == 0; }
};

}  // namespace

void ask_for_huge_pages(void* data, int64_t bytes) {
  constexpr uintptr_t kPage = uintptr_t{2} << 20;
  if (bytes < static_cast<int64_t>(2 * kPage)) return;
  Pages(data, bytes, kPage).advise(MADV_HUGEPAGE);
}

int64_t discard_pages(void* data, int64_t bytes) {
  const Pages pages(data, bytes, static_cast<uintptr_t>(sysconf(_SC_PAGESIZE)));
  return pages.advise(MADV_DONTNEED) ? static_cast<int64_t>(pages.end - pages.begin) : 0;
}

#else

void ask_for_huge_pages(void*, int64_t) {}
int64_t discard_pages(void*, int64_t) { return 0; }

#endif

void give_large_blocks_back() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

}  // namespace native
