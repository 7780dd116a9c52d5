/** In which numbers matrices are multiplied. Tensors are float32 whatever it is. */
import { addon } from "./addon.ts";
import { NativeError } from "./native-error.ts";

/**
 * - `f32`: float32.
 * - `bf16`: operands rounded to bfloat16 (8 bits of mantissa, nearest even), sums in float32; needs a processor with bfloat16 dot products.
 * - `bf16-emulated`: the same rounding without such a processor; slow, for tests.
 */
export type Precision = "f32" | "bf16" | "bf16-emulated";

/** As the addon numbers them. */
const numbers: Readonly<Record<Precision, number>> = { f32: 0, bf16: 1, "bf16-emulated": 2 };

let current: Precision | undefined;

function checked(name: string): Precision {
  if (!Object.hasOwn(numbers, name))
    throw new NativeError("ERR_NATIVE_PRECISION", `precision "${name}" is none of ${Object.keys(numbers).join(", ")}`);
  if (name === "bf16" && !addon().hasBf16())
    throw new NativeError(
      "ERR_NATIVE_PRECISION",
      `precision "bf16" needs dot products of bfloat16 (AVX512-BF16: Intel since Cooper Lake, AMD since Zen 4); in use is ${addon().instructionSet()}`,
    );
  return name as Precision;
}

/**
 * Sets the precision of the matrix products that follow.
 *
 * @throws ERR_NATIVE_PRECISION  if there is no such precision, or this processor has it not
 */
export function setPrecision(precision: Precision): void {
  current = checked(precision);
}

/**
 * The precision of matrix products: as set, else the environment variable TFJS_NATIVE_PRECISION as it was at the first product, else `f32`.
 *
 * @throws ERR_NATIVE_PRECISION  if the variable asks for what there is not
 */
export function getPrecision(): Precision {
  return (current ??= checked(process.env.TFJS_NATIVE_PRECISION ?? "f32"));
}

/** The current precision as the addon numbers it. */
export const precisionNumber = (): number => numbers[getPrecision()];
