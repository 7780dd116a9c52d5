// attention_backward: parts of the query rows. A part owns the rows of dq; to the gradients by keys and values it adds in memory of its own,
// and what the parts have is then added up in their order.
#include <cstring>

#include "attention/attention.h"
#include "attention/packed.h"
#include "attention/work.h"
#include "instruction-sets/kernel_set.h"
#include "runtime/scratch.h"
#include "runtime/thread_pool.h"

namespace native {
namespace {

// The items of one head in one part, and the keys that they see: rows [begin, end) of d_keys, and behind them of d_values.
struct Piece {
  int64_t head, first_item, end_item;
  KeyRange keys;
  int64_t at;  // in memory
};

struct Pieces {
  std::vector<Piece> all;
  std::vector<size_t> of_part;  // part p has all[of_part[p]] … all[of_part[p + 1] − 1]
  std::vector<size_t> of_head;
  int64_t size = 0;
};

Pieces pieces_of(const AttentionWork& work, int64_t group, int64_t packed_dim) {
  Pieces pieces;
  for (int64_t part = 0; part < work.parts(); part++) {
    pieces.of_part.push_back(pieces.all.size());
    for (int64_t item = work.cuts[static_cast<size_t>(part)]; item < work.cuts[static_cast<size_t>(part) + 1]; item++) {
      const int64_t head = work.head_of(item);
      const KeyRange keys = keys_of(work.block_of(item), group);
      if (pieces.all.size() == pieces.of_part.back() || pieces.all.back().head != head)
        pieces.all.push_back({head, item, item, keys, 0});
      Piece& piece = pieces.all.back();
      piece.end_item = item + 1;
      if (keys.begin < piece.keys.begin) piece.keys.begin = keys.begin;
      if (keys.end > piece.keys.end) piece.keys.end = keys.end;
    }
  }
  pieces.of_part.push_back(pieces.all.size());

  size_t next = 0;
  for (int64_t head = 0; head <= work.heads; head++) {
    while (next < pieces.all.size() && pieces.all[next].head < head) next++;
    pieces.of_head.push_back(next);
  }
  for (Piece& piece : pieces.all) {
    piece.at = pieces.size;
    pieces.size += 2 * (piece.keys.end - piece.keys.begin) * packed_dim;
  }
  return pieces;
}

// One row of a head's gradient by keys (offset 0) or values (offset 1): the sum of the pieces that saw it.
void add_up(const Pieces& pieces, int64_t head, int64_t row, int offset, const float* memory, const PackedHeads& packed, float* to) {
  std::memset(to, 0, static_cast<size_t>(packed.head_dim) * sizeof(float));
  for (size_t i = pieces.of_head[static_cast<size_t>(head)]; i < pieces.of_head[static_cast<size_t>(head) + 1]; i++) {
    const auto& [begin, end] = pieces.all[i].keys;
    if (row < begin || row >= end) continue;
    const float* const from = memory + pieces.all[i].at + (offset * (end - begin) + row - begin) * packed.packed_dim;
    for (int64_t column = 0; column < packed.head_dim; column++) to[column] += from[column];
  }
}

}  // namespace

void attention_backward(const AttentionProblem& problem, const float* dy, const float* q, const float* k, const float* v, const float* out,
                        const float* lse, float* dq, float* dk, float* dv) {
  const PackedHeads packed(problem);
  const AttentionSizes sizes = sizes_of(problem, packed.packed_dim);
  // Each further part brings memory to be zeroed and added up, so there are fewer than forward.
  const int64_t threads = thread_count(), wanted = threads <= 4 ? 4 * threads : 2 * threads;
  const AttentionWork work = work_of(problem, wanted);
  const Pieces pieces = pieces_of(work, sizes.group, packed.packed_dim);
  const int64_t part_size = attention_scratch(packed.packed_dim);
  float* const keys = scratch_floats(2 * packed.size() + work.parts() * part_size + pieces.size);
  float *const values = keys + packed.size(), *const scratch = values + packed.size();
  float* const sums = scratch + work.parts() * part_size;

  pack_heads(packed, k, keys);
  pack_heads(packed, v, values);
  zero_uncovered(problem, dq, problem.query_width());
  parallel_tasks(work.parts(), [&](int64_t part) {
    for (size_t i = pieces.of_part[static_cast<size_t>(part)]; i < pieces.of_part[static_cast<size_t>(part) + 1]; i++) {
      const Piece& piece = pieces.all[i];
      const int64_t size = (piece.keys.end - piece.keys.begin) * packed.packed_dim;
      const int64_t column = piece.head * sizes.group * problem.head_dim;
      float* const d_keys = sums + piece.at;
      std::memset(d_keys, 0, static_cast<size_t>(2 * size) * sizeof(float));
      for (int64_t item = piece.first_item; item < piece.end_item; item++)
        kernels().attention.backward(sizes, work.block_of(item),
                                     {.q = q + column,
                                      .keys = keys + piece.head * packed.head_size(),
                                      .values = values + piece.head * packed.head_size(),
                                      .out = out + column,
                                      .lse = lse + piece.head * sizes.group,
                                      .dy = dy + column,
                                      .dq = dq + column,
                                      .d_keys = d_keys,
                                      .d_values = d_keys + size,
                                      .d_begin = piece.keys.begin},
                                     scratch + part * part_size);
    }
  });
  parallel_parts(problem.rows, packed.grain(), [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t head = 0; head < packed.heads; head++)
      for (int64_t row = begin; row < end; row++) {
        const int64_t to = (row * packed.heads + head) * packed.head_dim;
        add_up(pieces, head, row, 0, sums, packed, dk + to);
        add_up(pieces, head, row, 1, sums, packed, dv + to);
      }
  });
}

}  // namespace native
