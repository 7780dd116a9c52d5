// Embeddings from JavaScript. See fused/embedding.h.
#include "fused/embedding.h"

#include "bindings/exports.h"

namespace native {
namespace {

constexpr int64_t kMostEntries = 0x7fffffff;

void require_ids(const Arguments& arguments, const Span<int32_t>& ids, int64_t count, int64_t rows) {
  for (int64_t n = 0; n < count; n++)
    if (ids.data[n] < 0 || ids.data[n] >= rows)
      arguments.refuse("ids[" + std::to_string(n) + "] is " + std::to_string(ids.data[n]) + ", not within 0 … " + std::to_string(rows - 1));
}

// (rows, count, width, table, ids, out)
napi_value gather(const Arguments& arguments) {
  const int64_t rows = arguments.integer(0, "rows"), count = arguments.integer(1, "count"), width = arguments.integer(2, "width");
  const Span<float> table = arguments.floats(3, "table", product_of(arguments, rows, width));
  const Span<int32_t> ids = arguments.ints(4, "ids", count);
  const Span<float> out = arguments.floats(5, "out", product_of(arguments, count, width));
  apart(arguments, out, table, "out and table");
  apart(arguments, out, ids, "out and ids");
  require_ids(arguments, ids, count, rows);
  gather_rows(count, width, table.data, ids.data, out.data);
  return nullptr;
}

// (rows, count, width, x, ids, out)
napi_value scatter(const Arguments& arguments) {
  const int64_t rows = arguments.integer(0, "rows"), count = arguments.integer(1, "count", 0, kMostEntries);
  const int64_t width = arguments.integer(2, "width");
  const Span<float> x = arguments.floats(3, "x", product_of(arguments, count, width));
  const Span<int32_t> ids = arguments.ints(4, "ids", count);
  const int64_t out_size = product_of(arguments, rows, width);
  const Span<float> out = arguments.floats(5, "out", out_size);
  apart(arguments, out, x, "out and x");
  apart(arguments, out, ids, "out and ids");
  require_ids(arguments, ids, count, rows);
  if (out_size > 0) scatter_rows(rows, count, width, x.data, ids.data, out.data);
  return nullptr;
}

}  // namespace

void export_embedding(Exports& exports) {
  exports.add<gather>("gatherRows");
  exports.add<scatter>("scatterRows");
}

}  // namespace native
