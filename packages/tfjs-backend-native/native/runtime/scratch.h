// Working memory that is kept between calls: fresh memory of megabytes costs a page fault for every 4 KB.
#pragma once
#include <cstddef>
#include <cstdint>

namespace native {

// `count` floats for the calling thread, aligned to a page and of arbitrary contents, until this thread asks again.
// Throws std::bad_alloc. Kept until the thread ends.
float* scratch_floats(int64_t count);

}  // namespace native
