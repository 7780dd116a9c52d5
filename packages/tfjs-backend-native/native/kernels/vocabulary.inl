// See vocabulary.h. A row is read block by block, so that everything that is done with a block finds it in the first cache; the maxima that
// exponentials refer to rise on the way.

// A block's exponentials or tilted logits, filled up to whole vectors.
struct Scratch {
  float numbers[kRowBlock + WIDTH];
};

inline bool is_finite(float x) { return x - x == 0; }

// f + tilt·(f − g): equal logits stay as they are, −infinity too.
inline Floats moved(Floats f, Floats g, float tilt) { return select(f == g, f, f + tilt * (f - g)); }

inline float moved_at(const Reduction& reduction, const float* const* logits, int64_t id) {
  const float f = logits[reduction.of][id], g = logits[reduction.against][id];
  return f == g ? f : f + reduction.tilt * (f - g);
}

inline void move_block(int64_t size, const float* f, const float* g, float tilt, Scratch& to) {
  for_vectors(size, [&](int64_t i, auto from) {
    prefetch_next(f + i);
    prefetch_next(g + i);
    store(to.numbers + i, moved(from(f + i), from(g + i), tilt));
  });
}

// Exponentials of a block into scratch memory; their sum.
inline float exp_block(int64_t size, const float* x, float shift, Scratch& to) {
  return block_sum(size, [&](int64_t i, auto from) {
    prefetch_next(x + i);
    const Floats e = exp_of_nonpositive(from(x + i) - shift);
    store(to.numbers + i, e);
    return e;
  });
}

// 0 where the weight is, whatever it weighs.
inline Floats weighed(Floats weight, Floats x) { return select(weight == Floats{}, weight, weight * x); }

// A constant in two parts, as float32 alone loses what a divergence of near models consists of.
struct Split {
  float high, low;
};

inline Split split(double x) {
  const auto high = static_cast<float>(x);
  return {high, is_finite(high) ? static_cast<float>(x - static_cast<double>(high)) : 0};
}

// f − g − constant, where f − g is taken with what its rounding lost: exact, by O. Møller and D. Knuth (1965).
inline Floats difference(Floats f, Floats g, Split constant) {
  const Floats rounded = f - g, minus_g = rounded - f;
  const Floats lost = (f - (rounded - minus_g)) - (g + minus_g);
  return (rounded - constant.high) + (select(lost == lost, lost, Floats{}) - constant.low);
}

// What a sum over earlier blocks is rescaled by, once a model's maximum has risen.
struct Rise {
  double factor = 1, difference = 0, sum = 0;  // exp(difference), old maximum − new, the sum before
};

struct ModelState {
  bool summed = false;    // its log-sum-exp is needed
  bool weighted = false;  // and its exponentials
  RunningSum running;
  Rise rise;
};

struct ReductionState {
  double sum = 0;     // Σ e^(f−max)·…
  double center = 0;  // of a divergence: what f − g is compared with
  RunningSum tilted;
};

inline void raise_model(ModelState& model, float maximum) {
  const RunningSum before = model.running;
  model.rise = Rise{};
  model.rise.sum = before.sum;
  if (!raise(model.running, maximum) || before.sum == 0 || before.maximum == model.running.maximum) return;
  model.rise.difference = static_cast<double>(before.maximum) - static_cast<double>(model.running.maximum);
  model.rise.factor = __builtin_exp(model.rise.difference);
}

inline void raise_reduction(const Reduction& reduction, const ModelState* models, ReductionState& state) {
  const ModelState& of = models[reduction.of];
  const Rise& rise = of.rise;
  double difference = rise.difference;
  if (reduction.form == VocabularyForm::divergence) {
    const float f = of.running.maximum, g = models[reduction.against].running.maximum;
    const double center = is_finite(f) && is_finite(g) ? static_cast<double>(f) - static_cast<double>(g) : state.center;
    difference = state.center - center;
    state.center = center;
  }
  if (rise.sum == 0) return;
  if (reduction.form == VocabularyForm::log_sum_squares) state.sum *= rise.factor * rise.factor;
  else state.sum = rise.factor * (state.sum + difference * rise.sum);
}

inline double block_of(const Reduction& reduction, const ModelState& of, const ReductionState& state, int64_t size, const float* f,
                       const float* g, const float* e) {
  const float maximum = of.running.maximum;
  switch (reduction.form) {
    case VocabularyForm::entropy:
      return static_cast<double>(block_sum(size, [=](int64_t i, auto from) { return weighed(load(e + i), from(f + i) - maximum); }));
    case VocabularyForm::log_sum_squares:
      return static_cast<double>(block_sum(size, [=](int64_t i, auto) { return load(e + i) * load(e + i); }));
    case VocabularyForm::divergence: {
      const Split center = split(state.center);
      return static_cast<double>(block_sum(
          size, [=](int64_t i, auto from) { return weighed(load(e + i), difference(from(f + i), from(g + i), center)); }));
    }
    default:
      return 0;
  }
}

inline void mark_models(const Reductions& all, ModelState* models) {
  for (int k = 0; k < all.count; k++) {
    const Reduction& reduction = all.list[k];
    if (reduction.form == VocabularyForm::tilted_log_prob) continue;
    models[reduction.of].summed = true;
    if (reduction.form != VocabularyForm::log_prob) models[reduction.of].weighted = true;
    if (reduction.form == VocabularyForm::divergence) models[reduction.against].summed = true;
  }
}

inline double value_of(const Reduction& reduction, const ModelState* models, const ReductionState& state, const float* const* logits,
                       int64_t id) {
  const RunningSum &of = models[reduction.of].running, &against = models[reduction.against].running;
  const double log_sum = __builtin_log(of.sum);
  switch (reduction.form) {
    case VocabularyForm::log_prob:
      return static_cast<double>(logits[reduction.of][id] - of.maximum) - log_sum;
    case VocabularyForm::entropy:
      return log_sum - state.sum / of.sum;
    case VocabularyForm::log_sum_squares:
      return __builtin_log(state.sum) - 2 * log_sum;
    case VocabularyForm::divergence: {
      const double center = static_cast<double>(of.maximum) - static_cast<double>(against.maximum);
      return state.sum / of.sum + (state.center - center) + (__builtin_log(against.sum) - log_sum);
    }
    case VocabularyForm::tilted_log_prob:
      return static_cast<double>(moved_at(reduction, logits, id) - state.tilted.maximum) - __builtin_log(state.tilted.sum);
  }
  return 0;
}

void reduce_vocabulary(const Reductions& all, const float* const* logits, int64_t id, float* values, int64_t stride, float* statistics) {
  ModelState models[kMostModels];
  ReductionState states[kMostReductions];
  Scratch exponentials[kMostModels], tilted;
  mark_models(all, models);
  for (int64_t at = 0; at < all.columns; at += kRowBlock) {
    const int64_t left = all.columns - at, size = left < kRowBlock ? left : kRowBlock;
    for (int m = 0; m < all.models; m++)
      if (models[m].summed) raise_model(models[m], maximum_in(size, logits[m] + at));
    for (int k = 0; k < all.count; k++) raise_reduction(all.list[k], models, states[k]);
    for (int m = 0; m < all.models; m++) {
      RunningSum& running = models[m].running;
      if (!models[m].summed || running.maximum == -kInfinity) continue;
      running.sum += static_cast<double>(models[m].weighted ? exp_block(size, logits[m] + at, running.maximum, exponentials[m])
                                                            : exp_sum_in(size, logits[m] + at, running.maximum));
    }
    for (int k = 0; k < all.count; k++) {
      const Reduction& reduction = all.list[k];
      const float *f = logits[reduction.of] + at, *g = logits[reduction.against] + at;
      if (reduction.form == VocabularyForm::tilted_log_prob) {
        move_block(size, f, g, reduction.tilt, tilted);
        if (raise(states[k].tilted, maximum_in(size, tilted.numbers)))
          states[k].tilted.sum += static_cast<double>(exp_sum_in(size, tilted.numbers, states[k].tilted.maximum));
      } else if (models[reduction.of].weighted && models[reduction.of].running.sum != 0) {
        const float* e = exponentials[reduction.of].numbers;
        states[k].sum += block_of(reduction, models[reduction.of], states[k], size, f, g, e);
      }
    }
  }
  const auto note = [&](const RunningSum& running) {
    *statistics++ = running.maximum;
    *statistics++ = static_cast<float>(__builtin_log(running.sum));
  };
  for (int m = 0; m < all.models; m++) note(models[m].running);
  for (int k = 0; k < all.count; k++) {
    const float value = static_cast<float>(value_of(all.list[k], models, states[k], logits, id));
    values[k * stride] = value;
    if (all.list[k].form == VocabularyForm::tilted_log_prob) {
      note(states[k].tilted);
    } else {
      *statistics++ = value;
      *statistics++ = 0;
    }
  }
}

// The gradient of a row, as a sum: picked·[y] + p (share + squares·p + surprise·log p + Σ gap_m (log p − log q_m)) + Σ other_m·q_m +
// Σ tilted_k·t_k.
struct VocabularySlopes {
  double picked = 0, share = 0, squares = 0, surprise = 0;
  double gap[kMostModels] = {}, other[kMostModels] = {}, tilted[kMostReductions] = {};
  bool any = false;            // not all zero
  bool plain = true;           // nothing but picked and share
  bool probabilities = false;  // some term has p
};

inline void add_slope(const Reduction& reduction, int k, int by, double slope, double value, VocabularySlopes& all) {
  const bool of = reduction.of == by, against = reduction.against == by;
  switch (reduction.form) {
    case VocabularyForm::log_prob:
      if (!of) return;
      all.probabilities = true;
      all.picked += slope;
      all.share -= slope;
      break;
    case VocabularyForm::entropy:
      if (!of) return;
      all.probabilities = true;
      all.surprise -= slope;
      all.share -= slope * value;
      all.plain = false;
      break;
    case VocabularyForm::log_sum_squares:
      if (!of) return;
      all.probabilities = true;
      all.squares += 2 * slope * __builtin_exp(-value);
      all.share -= 2 * slope;
      all.plain = false;
      break;
    case VocabularyForm::divergence:
      if (of == against) return;  // of a model from itself, or of other models: constant
      all.plain = false;
      all.probabilities = true;
      if (of) {
        all.gap[reduction.against] += slope;
        all.share -= slope * value;
      } else {
        all.other[reduction.of] -= slope;
        all.share += slope;
      }
      break;
    case VocabularyForm::tilted_log_prob: {
      const double moving = slope * ((of ? 1 + static_cast<double>(reduction.tilt) : 0) - (against ? static_cast<double>(reduction.tilt) : 0));
      if (moving == 0) return;
      all.picked += moving;
      all.tilted[k] -= moving;
      all.plain = false;
    }
  }
  all.any = true;
}

void differentiate_vocabulary(const Reductions& all, const float* const* logits, int64_t id, int by, const float* slopes, int64_t stride,
                   const float* statistics, float* out) {
  VocabularySlopes slope;
  const float* of_reductions = statistics + 2 * all.models;
  for (int k = 0; k < all.count; k++)
    if (slopes[k * stride] != 0)
      add_slope(all.list[k], k, by, static_cast<double>(slopes[k * stride]), static_cast<double>(of_reductions[2 * k]), slope);
  if (!slope.any) {
    __builtin_memset(out, 0, static_cast<size_t>(all.columns) * sizeof *out);
    return;
  }
  const float* mine = logits[by];
  const float maximum = statistics[2 * by], log_sum = statistics[2 * by + 1], share = static_cast<float>(slope.share);
  if (slope.plain) {
    for_vectors(all.columns,
                [=](int64_t i, auto at) { at(out + i, share * exp_of_nonpositive((at(mine + i) - maximum) - log_sum)); });
    out[id] += static_cast<float>(slope.picked);
    return;
  }

  Scratch probabilities, sums;
  const float squares = static_cast<float>(slope.squares), surprise = static_cast<float>(slope.surprise);
  for (int64_t at = 0; at < all.columns; at += kRowBlock) {
    const int64_t size = all.columns - at < kRowBlock ? all.columns - at : kRowBlock;
    float *p = probabilities.numbers, *sum = sums.numbers;
    if (slope.probabilities) {
      for_vectors(size, [=](int64_t i, auto from) {
        const Floats log_p = (from(mine + at + i) - maximum) - log_sum, p_here = exp_of_nonpositive(log_p);
        store(p + i, p_here);
        store(sum + i, p_here * (share + squares * p_here) + weighed(p_here, surprise * log_p));
      });
    } else {
      __builtin_memset(sum, 0, sizeof sums.numbers);
    }
    for (int m = 0; m < all.models; m++) {
      const float gap = static_cast<float>(slope.gap[m]), other = static_cast<float>(slope.other[m]);
      const float their_maximum = statistics[2 * m], their_log_sum = statistics[2 * m + 1];
      // log p − log q = (f − g) − constant
      const Split constant = split((static_cast<double>(maximum) - static_cast<double>(their_maximum)) +
                                   (static_cast<double>(log_sum) - static_cast<double>(their_log_sum)));
      const float* theirs = logits[m] + at;
      if (gap != 0)
        for_vectors(size, [=](int64_t i, auto from) {
          const Floats log_ratio = difference(from(mine + at + i), from(theirs + i), constant);
          store(sum + i, load(sum + i) + weighed(load(p + i), gap * log_ratio));
        });
      if (other != 0)
        for_vectors(size, [=](int64_t i, auto from) {
          store(sum + i, load(sum + i) + other * exp_of_nonpositive((from(theirs + i) - their_maximum) - their_log_sum));
        });
    }
    for (int k = 0; k < all.count; k++) {
      const float moving = static_cast<float>(slope.tilted[k]), tilt = all.list[k].tilt;
      if (moving == 0) continue;
      const float *f = logits[all.list[k].of] + at, *g = logits[all.list[k].against] + at;
      const float most = of_reductions[2 * k], log_of_sum = of_reductions[2 * k + 1];
      for_vectors(size, [=](int64_t i, auto from) {
        const Floats log_t = (moved(from(f + i), from(g + i), tilt) - most) - log_of_sum;
        store(sum + i, load(sum + i) + moving * exp_of_nonpositive(log_t));
      });
    }
    for_vectors(size, [=](int64_t i, auto to) { to(out + at + i, load(sum + i)); });
  }
  out[id] += static_cast<float>(slope.picked);
}

constexpr VocabularyKernels vocabulary_kernels = {reduce_vocabulary, differentiate_vocabulary};
