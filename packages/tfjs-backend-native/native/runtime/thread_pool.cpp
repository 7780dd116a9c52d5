#include "runtime/thread_pool.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "runtime/cores.h"

namespace native {
namespace {

using Clock = std::chrono::steady_clock;

// A worker that has just finished looks for the next call this long before it sleeps: JavaScript needs 5 to 20 µs between two kernels, waking
// a thread takes 50. It never spins longer, so a process whose JavaScript runs does not burn a second core.
constexpr auto kLooking = std::chrono::microseconds(20);

// True on the threads of the pool, and on a caller inside of a task: what they call runs where it is.
thread_local bool inside = false;

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

// Until `done()`, at most for `kLooking`; whether it is done. A pause takes 40 to 140 cycles on x86, so the clock and not their number counts.
template <class Done>
bool look(const Done& done) {
  const auto end = Clock::now() + kLooking;
  do {
    for (int i = 0; i < 8; i++) {
      if (done()) return true;
      pause();
    }
  } while (Clock::now() < end);
  return done();
}

// The workers take part in a call only while its gate is open, and the caller closes it as soon as no task is left: a worker that wakes late, or
// has lost its core to somebody else, is not waited for.
class Pool {
 public:
  // Also where the addon is unloaded, as Node does when the last worker_thread that loaded it ends: no thread may be left in its code.
  ~Pool() { stop(); }

  int thread_count() const { return wanted_.load(std::memory_order_relaxed); }

  void set_thread_count(int count) {
    std::lock_guard<std::mutex> one_caller(calls_);
    wanted_.store(count < 1 ? 1 : count, std::memory_order_relaxed);
  }

  void run(int64_t count, Task task, void* context) {
    if (inside || count <= 1 || thread_count() == 1) {
      for (int64_t i = 0; i < count; i++) task(context, i);
      return;
    }
    std::lock_guard<std::mutex> one_caller(calls_);
    if (workers_ != thread_count() - 1) resize(thread_count() - 1);
    task_ = task;
    context_ = context;
    count_ = count;
    next_.store(0, std::memory_order_relaxed);
    gate_.store(kOpen, std::memory_order_release);
    wake();
    inside = true;
    work();
    inside = false;
    gate_.fetch_and(~kOpen, std::memory_order_relaxed);
    const auto left = [&] { return gate_.load(std::memory_order_acquire) == 0; };
    while (!look(left)) std::this_thread::yield();  // a worker may have lost its core in the middle of a task
  }

 private:
  // Of gate_: a bit that says open, and above it the number of workers inside.
  static constexpr uint32_t kOpen = 1, kWorker = 2;

  void work() {
    for (int64_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count_;) task_(context_, i);
  }

  bool enter() {
    uint32_t gate = gate_.load(std::memory_order_relaxed);
    while (gate & kOpen)
      if (gate_.compare_exchange_weak(gate, gate + kWorker, std::memory_order_acquire, std::memory_order_relaxed)) return true;
    return false;
  }

  void loop(uint64_t seen) {
    inside = true;
    for (;;) {
      seen = wait_after(seen);
      if (stop_.load(std::memory_order_relaxed)) return;
      if (!enter()) continue;
      work();
      gate_.fetch_sub(kWorker, std::memory_order_release);
    }
  }

  uint64_t wait_after(uint64_t seen) {
    const auto called = [&] { return generation_.load(std::memory_order_acquire) != seen; };
    if (!look(called)) {
      std::unique_lock<std::mutex> lock(sleep_);
      wake_.wait(lock, called);
    }
    return generation_.load(std::memory_order_acquire);
  }

  // The generation changes under the lock that a sleeper holds while it looks: none falls asleep in between.
  void wake() {
    {
      std::lock_guard<std::mutex> lock(sleep_);
      generation_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
  }

  void stop() {
    stop_.store(true, std::memory_order_relaxed);
    wake();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    stop_.store(false, std::memory_order_relaxed);
  }

  // Where the system refuses a thread, those that there are do the work: how it is cut is up to thread_count() alone.
  void resize(int workers) {
    stop();
    workers_ = workers;
    const uint64_t seen = generation_.load();
    try {
      threads_.reserve(static_cast<size_t>(workers));
      for (int i = 0; i < workers; i++) threads_.emplace_back([this, seen] { loop(seen); });
    } catch (const std::system_error&) {
    }
  }

  std::atomic<int> wanted_{default_thread_count()};
  int workers_ = 0;  // asked for; threads_ may be fewer
  std::vector<std::thread> threads_;
  std::mutex calls_, sleep_;
  std::condition_variable wake_;
  std::atomic<uint64_t> generation_{0};
  std::atomic<bool> stop_{false};
  std::atomic<int64_t> next_{0};
  std::atomic<uint32_t> gate_{0};
  Task task_ = nullptr;
  void* context_ = nullptr;
  int64_t count_ = 0;
};

Pool& pool() {
  static Pool instance;
  return instance;
}

}  // namespace

int thread_count() { return pool().thread_count(); }
void set_thread_count(int count) { pool().set_thread_count(count); }
void run_tasks(int64_t count, Task task, void* context) { pool().run(count, task, context); }

}  // namespace native
