// Defines the table KERNEL_SET for the instruction set of the including file: WIDTH numbers in a vector.
namespace native {
namespace {
#include "kernels/vector.h"
//
#include "kernels/math.inl"
//
#include "kernels/peak.inl"
}  // namespace

constinit const KernelSet KERNEL_SET = {
    .name = KERNEL_SET_NAME,
    .width = WIDTH,
    .peak = peak_kernels,
};
}  // namespace native
