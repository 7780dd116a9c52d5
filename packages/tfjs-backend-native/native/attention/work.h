// How attention is spread over threads: blocks of query rows, cut into parts of equal cost.
#pragma once
#include <cstdint>
#include <vector>

#include "attention/attention.h"
#include "kernels/attention.h"

namespace native {

// An item is a block of query rows of one key-value head. Items are numbered head by head.
struct AttentionWork {
  int64_t heads;  // key-value heads
  std::vector<QueryBlock> blocks;
  std::vector<int64_t> cuts;  // part p has the items [cuts[p], cuts[p + 1])

  int64_t parts() const { return static_cast<int64_t>(cuts.size()) - 1; }
  int64_t head_of(int64_t item) const { return item / static_cast<int64_t>(blocks.size()); }
  const QueryBlock& block_of(int64_t item) const { return blocks[static_cast<size_t>(item % static_cast<int64_t>(blocks.size()))]; }
};

// Depends on the arguments alone. `parts` is how many there are at most; a part is worth waking a thread for.
AttentionWork work_of(const AttentionProblem& problem, int64_t parts);

// A range around the keys that a block sees.
struct KeyRange {
  int64_t begin, end;
};
KeyRange keys_of(const QueryBlock& block, int64_t group);

}  // namespace native
