import { concatenations } from "./concat.ts";
import { fills } from "./fill.ts";
import { gathers } from "./gather.ts";
import { reductions } from "./reduce.ts";
import { slices } from "./slice.ts";
import { transpose } from "./transpose.ts";

/** Kernels that reduce, move and repeat numbers. */
export const arrays = [...reductions, transpose, ...slices, ...concatenations, ...fills, ...gathers];
