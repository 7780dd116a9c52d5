// Attention of a block of query rows over the keys that it sees, a block of keys at a time: a matrix of all scores exists at no time.
//
// Scores stand transposed, as [keys][query rows]: rows run along the vectors, so that maxima and sums over keys are sums of vectors; the
// same block is the left operand of all further products without being moved. The query heads that share a key-value head are rows of
// one block, as a key is then read once for all of them.
#pragma once
#include <cstdint>

namespace native {

inline constexpr int64_t kAttentionRows = 48;  // query rows of a block: a multiple of every vector's width and of every tile's rows
inline constexpr int64_t kAttentionKeys = 64;  // keys of a block of scores: the block and its keys and values stay in a first-level cache
// Rows that are read, never used, behind the last of the packed keys and values.
inline constexpr int64_t kAttentionPadding = 8;

// Of one key-value head and the `group` query heads that share it.
struct AttentionSizes {
  int64_t head_dim;
  int64_t packed_dim;    // head_dim rounded up to whole vectors: packed rows are filled up with zeros
  int64_t group;
  int64_t query_stride;  // between the rows of q, out, dy and dq: heads · head_dim
  int64_t lse_stride;    // between the tokens of lse: heads
  float scale;           // of scores
};

// Rows [first, first + count) of a span of tokens; row r is that of token r / group and head r % group. It sees the keys of the prefix and
// those of its own span up to its token.
struct QueryBlock {
  int64_t first, count;
  int64_t prefix_begin, prefix_end;
  int64_t own_begin;
};

// Pointers to the columns of the heads at hand, of token 0.
struct AttentionForward {
  const float* q;
  const float *keys, *values;  // packed
  float *out, *lse;            // lse: log Σ e^score
};

struct AttentionBackward {
  const float* q;
  const float *keys, *values;
  const float *out, *lse, *dy;
  float* dq;                  // set
  float *d_keys, *d_values;   // packed rows from token `d_begin` on; added to
  int64_t d_begin;
};

struct AttentionKernels {
  void (*forward)(const AttentionSizes& sizes, const QueryBlock& block, const AttentionForward& tensors, float* scratch);
  void (*backward)(const AttentionSizes& sizes, const QueryBlock& block, const AttentionBackward& tensors, float* scratch);
};

// Floats of scratch memory for one call, a multiple of 16; best aligned to 64 bytes.
inline constexpr int64_t attention_scratch(int64_t packed_dim) {
  return kAttentionRows * (5 * packed_dim + 2 * (kAttentionKeys + kAttentionPadding) + 3);
}

bool agrees(const AttentionKernels& candidate, const AttentionKernels& portable);

}  // namespace native
