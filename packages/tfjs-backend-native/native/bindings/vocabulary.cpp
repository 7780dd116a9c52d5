// vocabulary/vocabulary.h from JavaScript. Both functions are (rows, columns, ids, forms, tilts, …, ...logits):
//
//   forms   Int32Array of three numbers for each reduction: form, model, model against
//   tilts   Float32Array of one number for each
//   logits  of each model, from the first to the last: a Float32Array [rows, columns]
#include "vocabulary/vocabulary.h"

#include <cmath>
#include <vector>

#include "bindings/exports.h"

namespace native {
namespace {

struct Given {
  int64_t rows, size;
  std::vector<Reduction> list;
  std::vector<Span<float>> matrices;
  std::vector<const float*> logits;
  Span<int32_t> ids;
  Reductions reductions;

  VocabularyRows all() const { return {reductions, rows, logits.data(), ids.data}; }
};

void read_reductions(const Arguments& arguments, Given& given) {
  const Span<int32_t> forms = arguments.ints(3, "forms", 3);
  const int64_t count = forms.length / 3, models = static_cast<int64_t>(given.matrices.size());
  if (forms.length % 3 != 0 || count > kMostReductions) arguments.refuse("forms are no 1 … 32 reductions of three numbers");
  const Span<float> tilts = arguments.floats(4, "tilts", count);
  for (int64_t k = 0; k < count; k++) {
    const int32_t *numbers = forms.data + 3 * k, form = numbers[0], of = numbers[1], against = numbers[2];
    if (form < 0 || form >= kVocabularyForms) arguments.refuse("forms has an unknown form");
    if (of < 0 || of >= models || against < 0 || against >= models) arguments.refuse("forms has a model without logits");
    if (!std::isfinite(tilts.data[k])) arguments.refuse("tilts are not finite");
    given.list.push_back({static_cast<VocabularyForm>(form), of, against, tilts.data[k]});
  }
}

void read_logits(const Arguments& arguments, size_t first, Given& given) {
  const size_t count = arguments.count() < first ? 0 : arguments.count() - first;
  if (count < 1 || count > static_cast<size_t>(kMostModels)) arguments.refuse("logits are not of 1 … 8 models");
  for (size_t m = 0; m < count; m++) {
    given.matrices.push_back(arguments.floats(first + m, "logits", given.size));
    given.logits.push_back(given.matrices.back().data);
  }
}

// `first`: where the logits begin.
Given read(const Arguments& arguments, size_t first) {
  Given given;
  given.rows = arguments.integer(0, "rows");
  const int64_t columns = arguments.integer(1, "columns", 1, int64_t{1} << 31);
  given.size = product_of(arguments, given.rows, columns);
  given.ids = arguments.ints(2, "ids", given.rows);
  for (int64_t row = 0; row < given.rows; row++)
    if (given.ids.data[row] < 0 || given.ids.data[row] >= columns)
      arguments.refuse("token " + std::to_string(given.ids.data[row]) + " is not in a vocabulary of " + std::to_string(columns));
  read_logits(arguments, first, given);
  read_reductions(arguments, given);
  given.reductions = {columns, static_cast<int>(given.logits.size()), static_cast<int>(given.list.size()), given.list.data()};
  return given;
}

void apart_from_inputs(const Arguments& arguments, const Given& given, const Span<float>& output, const char* name) {
  apart(arguments, output, given.ids, name);
  for (const Span<float>& matrix : given.matrices) apart(arguments, output, matrix, name);
}

// (…, values [count, rows], statistics [rows, 2·(models + count)], …)
napi_value reduce(const Arguments& arguments) {
  const Given given = read(arguments, 7);
  const Span<float> values = arguments.floats(5, "values", product_of(arguments, given.reductions.count, given.rows));
  const Span<float> statistics =
      arguments.floats(6, "statistics", product_of(arguments, statistics_of(given.reductions), given.rows));
  apart_from_inputs(arguments, given, values, "values and inputs");
  apart_from_inputs(arguments, given, statistics, "statistics and inputs");
  apart(arguments, values, statistics, "values and statistics");
  reduce_rows(given.all(), values.data, statistics.data);
  return nullptr;
}

// (…, by, slopes [count, rows], statistics, out [rows, columns], …): out may be logits, from their first
// number: a block is written when nothing of it will be read again.
napi_value differentiate(const Arguments& arguments) {
  const Given given = read(arguments, 9);
  const auto by = static_cast<int>(arguments.integer(5, "by", 0, given.reductions.models - 1));
  const Span<float> slopes = arguments.floats(6, "slopes", product_of(arguments, given.reductions.count, given.rows));
  const Span<float> statistics =
      arguments.floats(7, "statistics", product_of(arguments, statistics_of(given.reductions), given.rows));
  const Span<float> out = arguments.floats(8, "out", given.size);
  apart(arguments, out, given.ids, "out and ids");
  apart(arguments, out, slopes, "out and slopes");
  apart(arguments, out, statistics, "out and statistics");
  for (const Span<float>& matrix : given.matrices)
    if (matrix.data != out.data) apart(arguments, out, matrix, "out and logits");
  differentiate_rows(given.all(), by, slopes.data, statistics.data, out.data);
  return nullptr;
}

}  // namespace

void export_vocabulary(Exports& exports) {
  exports.add<reduce>("reduceVocabulary");
  exports.add<differentiate>("differentiateVocabulary");
}

}  // namespace native
