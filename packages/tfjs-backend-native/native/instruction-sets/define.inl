// Defines the table KERNEL_SET for the instruction set of the including file: WIDTH numbers in a vector,
// TILE_ROWS × TILE_VECTORS vectors in a tile of the matrix product.
namespace native {
namespace {
#include "kernels/vector.h"
//
#include "kernels/math.inl"
//
#include "kernels/stream.inl"
//
#include "kernels/number.inl"
//
#include "kernels/peak.inl"
//
#include "kernels/pack.inl"
//
#include "kernels/head_tile.inl"
//
#include "kernels/attention.inl"
//
#include "kernels/tile.inl"
//
#include "kernels/skinny.inl"
//
#include "kernels/softmax.inl"
#include "kernels/norm.inl"
//
#include "kernels/rope.inl"
//
#include "kernels/gate.inl"
//
#include "kernels/embedding.inl"
//
#include "kernels/adamw.inl"
//
#include "kernels/convert.inl"
//
#include "kernels/elementwise.inl"
//
#include "kernels/reduce.inl"
//
#include "kernels/transpose.inl"
#include "kernels/vocabulary.inl"
}  // namespace

constinit const KernelSet KERNEL_SET = {
    .name = KERNEL_SET_NAME,
    .width = WIDTH,
    .peak = peak_kernels,
    .attention = attention_kernels,
    .tile = tile_kernels,
    .skinny = skinny_kernels,
    .softmax = softmax_kernels,
    .norm = norm_kernels,
    .rope = rope_kernels,
    .gate = gate_kernels,
    .embedding = embedding_kernels,
    .adamw = adamw_kernels,
    .convert = convert_kernels,
    .elementwise = elementwise::kernels,
    .reduce = reduce::kernels,
    .transpose = transpose::kernels,
    .vocabulary = vocabulary_kernels,
};
}  // namespace native
