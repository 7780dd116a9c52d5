// Pages of 2 MiB instead of 4 KiB: a five-hundredth of the page faults, and fewer misses of the address cache in products of large matrices.
#pragma once
#include <cstdint>

namespace native {

// A wish: systems that cannot fulfil it do nothing. Memory below 4 MiB is left alone.
void ask_for_huge_pages(void* data, int64_t bytes);

// Gives the whole pages among these bytes back to the system, and says how many bytes that are; 0 where the system cannot. What is read there
// afterwards is zero.
int64_t discard_pages(void* data, int64_t bytes);

// Once, when the addon is loaded: memory of a MiB and more goes back to the system when it is freed. glibc would raise that limit to 32 MiB as
// large blocks come and go, and keep what is freed between others: 0.4 GiB in a step of a model of 135 million parameters.
void give_large_blocks_back();

}  // namespace native
