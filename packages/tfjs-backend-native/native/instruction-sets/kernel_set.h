// The serial kernels that exist once for each instruction set, as tables, and which table is in use.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/adamw.h"
#include "kernels/convert.h"
#include "kernels/embedding.h"
#include "kernels/gate.h"
#include "kernels/norm.h"
#include "kernels/attention.h"
#include "kernels/elementwise.h"
#include "kernels/peak.h"
#include "kernels/reduce.h"
#include "kernels/skinny.h"
#include "kernels/tile.h"
#include "kernels/softmax.h"
#include "kernels/rope.h"
#include "kernels/transpose.h"
#include "kernels/vocabulary.h"

namespace native {

// One group of kernels a field. A group is checked against the portable one when it is chosen, and replaced by it if they disagree.
struct KernelSet {
  const char* name;
  int width;  // float32 numbers in a vector
  PeakKernels peak;
  AttentionKernels attention;
  TileKernels tile;
  SkinnyKernels skinny;
  SoftmaxKernels softmax;
  NormKernels norm;
  RopeKernels rope;
  GateKernels gate;
  EmbeddingKernels embedding;
  AdamWKernels adamw;
  ConvertKernels convert;
  ElementwiseKernels elementwise;
  ReduceKernels reduce;
  TransposeKernels transpose;
  VocabularyKernels vocabulary;
};

extern const KernelSet portable_kernels;
#if defined(__x86_64__)
extern const KernelSet avx2_kernels;
extern const KernelSet avx512_kernels;
extern const KernelSet avx512bf16_kernels;
#endif

// The kernels in use: the best that the processor has, unless TFJS_NATIVE_ISA names a lower one.
const KernelSet& kernels();

struct Choice {
  const KernelSet* set;
  bool available;  // on this processor
};

// From the best to the portable one.
extern const int choice_count;
Choice choice(int index);

// Why TFJS_NATIVE_ISA was not followed, or which groups were switched off; empty if there is nothing to say.
const char* dispatch_message();

}  // namespace native
