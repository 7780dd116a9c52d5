// Prefix trees as JavaScript gives them, checked, as the spans of rows that attend alike.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace native {

// Rows [begin, end) of a prefix or of a branch. They see the prefix, empty for a prefix itself, and their own span, causally.
struct AttentionSpan {
  int64_t prefix_begin, prefix_end;
  int64_t begin, end;
};

// `trees`: for each tree start and length of its prefix, the number of its branches, then start and length of each. Empty spans are left out.
// A complaint is set, and nothing returned, unless all spans lie within [0, rows), apart from each other, and no branch starts before the end
// of its prefix.
std::vector<AttentionSpan> spans_of(const int32_t* trees, int64_t length, int64_t rows, std::string& complaint);

}  // namespace native
