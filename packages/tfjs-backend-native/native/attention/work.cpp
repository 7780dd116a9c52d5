#include "attention/work.h"

namespace native {
namespace {

int64_t keys_in_own_span(const QueryBlock& block, int64_t group) { return (block.first + block.count - 1) / group + 1; }

// Keys times numbers of a head: some 20 µs of work.
constexpr int64_t kLeastPart = 10000;

// In keys; packing the rows costs as much as some 16.
int64_t cost_of(const QueryBlock& block, int64_t group) {
  return block.prefix_end - block.prefix_begin + keys_in_own_span(block, group) + 16;
}

}  // namespace

KeyRange keys_of(const QueryBlock& block, int64_t group) {
  const bool has_prefix = block.prefix_begin < block.prefix_end;
  return {has_prefix ? block.prefix_begin : block.own_begin, block.own_begin + keys_in_own_span(block, group)};
}

AttentionWork work_of(const AttentionProblem& problem, int64_t parts) {
  const int64_t heads = problem.key_value_heads, group = problem.group();
  AttentionWork work{heads, {}, {}};
  int64_t cost = 0;
  for (const AttentionSpan& span : problem.spans) {
    const int64_t rows = (span.end - span.begin) * group;
    for (int64_t first = 0; first < rows; first += kAttentionRows) {
      const int64_t count = rows - first < kAttentionRows ? rows - first : kAttentionRows;
      work.blocks.push_back({first, count, span.prefix_begin, span.prefix_end, span.begin});
      cost += cost_of(work.blocks.back(), group);
    }
  }

  const int64_t worthwhile = 1 + cost * heads * problem.head_dim / kLeastPart;
  if (parts > worthwhile) parts = worthwhile;
  work.cuts.push_back(0);
  const int64_t items = heads * static_cast<int64_t>(work.blocks.size());
  int64_t before = 0;
  for (int64_t item = 0; item < items; item++) {
    before += cost_of(work.block_of(item), group);
    // The part ends where its share of the whole cost is reached.
    if (before * parts >= cost * heads * static_cast<int64_t>(work.cuts.size())) work.cuts.push_back(item + 1);
  }
  if (work.cuts.back() != items) work.cuts.push_back(items);
  return work;
}

}  // namespace native
