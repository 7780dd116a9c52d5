#include "runtime/thread_pool.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace native {
namespace {

// A worker that has just finished looks for the next call this many times before it sleeps: some 20 µs. It never spins longer, so a
// process whose JavaScript runs does not burn a second core.
constexpr int kLooks = 400;

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

class Pool {
 public:
  ~Pool() { resize(0); }

  int thread_count() const { return wanted_.load(std::memory_order_relaxed); }

  void set_thread_count(int count) {
    std::lock_guard<std::mutex> one_caller(calls_);
    wanted_.store(count < 1 ? 1 : count, std::memory_order_relaxed);
  }

  void run(int64_t count, Task task, void* context) {
    std::lock_guard<std::mutex> one_caller(calls_);
    const int workers = thread_count() - 1;
    if (count <= 0) return;
    if (workers == 0) {
      for (int64_t i = 0; i < count; i++) task(context, i);
      return;
    }
    if (static_cast<int>(threads_.size()) != workers) resize(workers);
    task_ = task;
    context_ = context;
    count_ = count;
    next_.store(0, std::memory_order_relaxed);
    busy_.store(workers, std::memory_order_relaxed);
    {
      std::lock_guard<std::mutex> lock(sleep_);
      generation_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    work();
    for (int look = 0; busy_.load(std::memory_order_acquire) != 0; look++) {
      if (look < kLooks) pause();
      else std::this_thread::yield();  // a worker may have lost its core to somebody else
    }
  }

 private:
  void work() {
    for (int64_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count_;) task_(context_, i);
  }

  void loop(uint64_t seen) {
    for (;;) {
      seen = wait_after(seen);
      if (stop_.load(std::memory_order_relaxed)) return;
      work();
      busy_.fetch_sub(1, std::memory_order_release);
    }
  }

  uint64_t wait_after(uint64_t seen) {
    for (int look = 0; look < kLooks; look++) {
      const uint64_t now = generation_.load(std::memory_order_acquire);
      if (now != seen) return now;
      pause();
    }
    std::unique_lock<std::mutex> lock(sleep_);
    wake_.wait(lock, [&] { return generation_.load(std::memory_order_acquire) != seen; });
    return generation_.load(std::memory_order_acquire);
  }

  void resize(int workers) {
    {
      std::lock_guard<std::mutex> lock(sleep_);
      stop_.store(true, std::memory_order_relaxed);
      generation_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    stop_.store(false, std::memory_order_relaxed);
    const uint64_t seen = generation_.load();
    for (int i = 0; i < workers; i++) threads_.emplace_back([this, seen] { loop(seen); });
  }

  std::atomic<int> wanted_{std::thread::hardware_concurrency() == 0 ? 1 : static_cast<int>(std::thread::hardware_concurrency())};
  std::vector<std::thread> threads_;
  std::mutex calls_, sleep_;
  std::condition_variable wake_;
  std::atomic<uint64_t> generation_{0};
  std::atomic<bool> stop_{false};
  std::atomic<int64_t> next_{0};
  std::atomic<int> busy_{0};
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
