#include "runtime/cores.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace native {
namespace {

constexpr int kMost = 1024;

// The number that the variable holds alone; 0 if it holds anything else. JavaScript refuses that with a message.
int threads_of_environment() {
  const char* text = std::getenv("TFJS_NATIVE_THREADS");
  if (text == nullptr || *text == 0) return 0;
  char* end = nullptr;
  const long count = std::strtol(text, &end, 10);
  return *end == 0 && count >= 1 && count <= kMost ? static_cast<int>(count) : 0;
}

// Processors' worth of time that a container may use: a quota of microseconds in each period. 0 where there is none.
double processors_of_quota() {
  long long quota = -1, period = 0;
  if (std::FILE* file = std::fopen("/sys/fs/cgroup/cpu.max", "r")) {  // "max 100000" without a quota
    if (std::fscanf(file, "%lld %lld", &quota, &period) != 2) quota = -1;
    std::fclose(file);
  } else {
    if (std::FILE* of_quota = std::fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "r")) {
      if (std::fscanf(of_quota, "%lld", &quota) != 1) quota = -1;
      std::fclose(of_quota);
    }
    if (std::FILE* of_period = std::fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "r")) {
      if (std::fscanf(of_period, "%lld", &period) != 1) period = 0;
      std::fclose(of_period);
    }
  }
  return quota > 0 && period > 0 ? static_cast<double>(quota) / static_cast<double>(period) : 0;
}

}  // namespace

int default_thread_count() {
  if (const int wanted = threads_of_environment()) return wanted;
  int count = static_cast<int>(std::thread::hardware_concurrency());  // of the affinity mask, where the system has one
  const double quota = processors_of_quota();
  if (quota > 0) count = std::min(count, static_cast<int>(quota + 0.5));
  return std::clamp(count, 1, kMost);
}

}  // namespace native
