// Defines the table KERNEL_SET for the instruction set of the including file: WIDTH numbers in a vector,
// TILE_ROWS × TILE_VECTORS vectors in a tile of the matrix product.
namespace native {
namespace {
#include "kernels/vector.h"
//
#include "kernels/math.inl"
//
#include "kernels/peak.inl"
//
#include "kernels/number.inl"
//
#include "kernels/pack.inl"
//
#include "kernels/tile.inl"
#include "kernels/softmax.inl"
}  // namespace

constinit const KernelSet KERNEL_SET = {
    .name = KERNEL_SET_NAME,
    .width = WIDTH,
    .peak = peak_kernels,
    .tile = tile_kernels,
    .softmax = softmax_kernels,
};
}  // namespace native
