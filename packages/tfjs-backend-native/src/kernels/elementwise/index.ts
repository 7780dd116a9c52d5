import { addN } from "./add-n.ts";
import { binary, comparisons, logical } from "./binary.ts";
import { cast } from "./cast.ts";
import { select } from "./select.ts";
import { logicalNot, tests, unary } from "./unary.ts";

/** Kernels that treat each number alone. */
export const elementwise = [...unary, ...tests, logicalNot, ...binary, ...comparisons, ...logical, select, addN, cast];
