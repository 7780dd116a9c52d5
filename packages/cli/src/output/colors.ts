import { supportsColor } from "chalk";
import type { Io } from "../io.ts";

/** Colours as the terminal has them; FORCE_COLOR and NO_COLOR count. */
export const colorsOf = ({ stdout }: Io): 0 | 1 | 2 | 3 =>
  (stdout.isTTY === true || process.env.FORCE_COLOR !== undefined) && supportsColor ? supportsColor.level : 0;
