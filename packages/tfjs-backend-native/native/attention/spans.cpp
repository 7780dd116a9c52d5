#include "attention/spans.h"

#include <algorithm>

namespace native {
namespace {

struct Reader {
  const int32_t* numbers;
  int64_t length, rows;
  std::string& complaint;
  int64_t at = 0;

  int64_t next(int64_t most, const char* name) {
    if (!complaint.empty()) return 0;
    if (at >= length) return complaint = "trees end before " + std::string(name), 0;
    const int64_t number = numbers[at++];
    if (number < 0 || number > most)
      return complaint = std::string(name) + " in trees is " + std::to_string(number) + ", not within 0 … " + std::to_string(most), 0;
    return number;
  }
};

}  // namespace

std::vector<AttentionSpan> spans_of(const int32_t* trees, int64_t length, int64_t rows, std::string& complaint) {
  std::vector<AttentionSpan> spans;
  Reader reader{trees, length, rows, complaint};
  while (reader.at < length && complaint.empty()) {
    const int64_t start = reader.next(rows, "a prefix's start");
    const int64_t end = start + reader.next(rows - start, "a prefix's length");
    if (end > start) spans.push_back({start, start, start, end});
    const int64_t branches = reader.next((length - reader.at) / 2, "a number of branches");
    for (int64_t i = 0; i < branches && complaint.empty(); i++) {
      const int64_t begin = reader.next(rows, "a branch's start");
      const int64_t count = reader.next(rows - begin, "a branch's length");
      if (count > 0 && end > start && begin < end) complaint = "a branch starts before the end of its prefix";
      if (count > 0) spans.push_back({start, end, begin, begin + count});
    }
  }

  std::vector<AttentionSpan> sorted = spans;
  std::sort(sorted.begin(), sorted.end(), [](const AttentionSpan& a, const AttentionSpan& b) { return a.begin < b.begin; });
  for (size_t i = 1; i < sorted.size() && complaint.empty(); i++)
    if (sorted[i].begin < sorted[i - 1].end) complaint = "row " + std::to_string(sorted[i].begin) + " is in two spans of trees";
  if (!complaint.empty()) spans.clear();
  return spans;
}

}  // namespace native
