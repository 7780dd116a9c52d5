// Chooses the kernels once, when the addon is loaded.
#include <cstdlib>
#include <cstring>
#include <string>

#include "instruction-sets/kernel_set.h"

namespace native {
namespace {

#if defined(__x86_64__)
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
bool has_avx512bf16() { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }
#endif

bool always() { return true; }

struct Candidate {
  const KernelSet* set;
  bool (*available)();
};

const Candidate candidates[] = {
#if defined(__x86_64__)
    {&avx512bf16_kernels, has_avx512bf16},
    {&avx512_kernels, has_avx512},
    {&avx2_kernels, has_avx2},
#endif
    {&portable_kernels, always},
};

struct Chosen {
  KernelSet set;
  std::string message;
};

// The group of the candidate, or the portable one, with a message, if they disagree.
template <class Group>
void check(Chosen& chosen, Group KernelSet::*group, const char* name) {
  if (agrees(chosen.set.*group, portable_kernels.*group)) return;
  chosen.set.*group = portable_kernels.*group;
  chosen.message += std::string("the ") + chosen.set.name + " kernels of the group \"" + name +
                    "\" disagree with the portable ones on this processor and are switched off; ";
}

Chosen choose() {
  const char* wanted = std::getenv("TFJS_NATIVE_ISA");
  if (wanted != nullptr && *wanted == 0) wanted = nullptr;
  Chosen chosen;
  const KernelSet* best = nullptr;
  bool known = false;
  for (const Candidate& candidate : candidates) {
    const bool named = wanted != nullptr && std::strcmp(wanted, candidate.set->name) == 0;
    known = known || named;
    if (best == nullptr && candidate.available() && (wanted == nullptr || known)) best = candidate.set;
    if (named && best != candidate.set)
      chosen.message += std::string("TFJS_NATIVE_ISA=") + wanted + ", but this processor has it not; ";
  }
  if (best == nullptr) {
    chosen.message += std::string("TFJS_NATIVE_ISA=") + wanted + " is none of";
    for (const Candidate& candidate : candidates) chosen.message += std::string(" ") + candidate.set->name;
    chosen.message += "; ";
    for (const Candidate& candidate : candidates)
      if (best == nullptr && candidate.available()) best = candidate.set;
  }
  chosen.set = *best;
  check(chosen, &KernelSet::peak, "peak");
  check(chosen, &KernelSet::attention, "attention");
  check(chosen, &KernelSet::tile, "tile");
  check(chosen, &KernelSet::skinny, "skinny");
  check(chosen, &KernelSet::softmax, "softmax");
  check(chosen, &KernelSet::norm, "norm");
  check(chosen, &KernelSet::rope, "rope");
  check(chosen, &KernelSet::gate, "gate");
  check(chosen, &KernelSet::embedding, "embedding");
  check(chosen, &KernelSet::adamw, "adamw");
  check(chosen, &KernelSet::convert, "convert");
  check(chosen, &KernelSet::elementwise, "elementwise");
  check(chosen, &KernelSet::reduce, "reduce");
  check(chosen, &KernelSet::transpose, "transpose");
  check(chosen, &KernelSet::vocabulary, "vocabulary");
  return chosen;
}

const Chosen& chosen() {
  static const Chosen instance = choose();
  return instance;
}

}  // namespace

const KernelSet& kernels() {
  static const KernelSet& set = chosen().set;
  return set;
}

const int choice_count = sizeof candidates / sizeof *candidates;
Choice choice(int index) { return {candidates[index].set, candidates[index].available()}; }
const char* dispatch_message() { return chosen().message.c_str(); }

}  // namespace native
