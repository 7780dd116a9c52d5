// The threads that kernels run on: made at the first parallel call, kept until the process ends.
#pragma once
#include <cstdint>

namespace native {

// Threads that a kernel is spread over, the caller's own included.
int thread_count();

// At least 1. Changing it changes how sums are split, and so their last bits.
void set_thread_count(int count);

using Task = void (*)(void* context, int64_t index);

// Calls task(context, i) for every 0 ≤ i < count, each once, on any thread, and returns when all are done. Calls from several JavaScript
// threads wait for each other. Tasks must not throw and must not call it again.
void run_tasks(int64_t count, Task task, void* context);

// f(i) for every task 0 ≤ i < count. Which thread runs a task is not fixed: its result must not depend on others' progress.
template <class F>
void parallel_tasks(int64_t count, const F& f) {
  if (count == 1) return f(int64_t{0});
  run_tasks(count, [](void* context, int64_t index) { (*static_cast<const F*>(context))(index); }, const_cast<F*>(&f));
}

// f(begin, end, part) over [0, size) cut into at most as many parts as there are threads, none below `grain`. Where the cuts are depends on
// the arguments and the thread count alone, so sums of parts have the same bits every time.
template <class F>
void parallel_parts(int64_t size, int64_t grain, const F& f) {
  int64_t parts = size / (grain > 0 ? grain : 1);
  if (parts > thread_count()) parts = thread_count();
  if (parts <= 1) return f(int64_t{0}, size, int64_t{0});
  parallel_tasks(parts, [&](int64_t part) { f(size * part / parts, size * (part + 1) / parts, part); });
}

}  // namespace native
