// How many threads are worth having.
#pragma once

namespace native {

// TFJS_NATIVE_THREADS, else the processors that this process may run on, no more than a cgroup's quota pays for. At least 1.
//
// Two hardware threads of one core count as two, as they do in the operating system: kernels that wait for memory gain from the second, matrix
// products do not, and lose little. Who knows better sets the number.
int default_thread_count();

}  // namespace native
