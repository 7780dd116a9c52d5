/** What the addon of the backend `native` is here. */
import { describeNative, type NativeDescription } from "@tokenwise/model";

/** null where it does not start: the backend's own row says why. */
export const checkNative = (works: boolean): NativeDescription | null => (works ? (describeNative() ?? null) : null);

type Row = readonly [string, string];

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

export function rowsOfNative(native: NativeDescription | null): readonly Row[] {
  if (native === null) return [["native", "to compile it: npx tfjs-backend-native-build"]];
  const { file, origin, instructionSet, instructionSets, threads, precision, hasBf16, message, pool } = native;
  const others = instructionSets.filter((name) => name !== instructionSet);
  const also = others.length > 0 ? `; TFJS_NATIVE_ISA can force ${others.join(", ")}` : "";
  return [
    ["native", `${origin}, ${file}`],
    ["", `${instructionSet}${also}`],
    ["", `${threads} threads, precision ${precision}${hasBf16 ? "; bf16 can be had" : "; no bf16 on this processor"}`],
    [
      "",
      `pool: ${megabytes(pool.heldBytes)} held, at most ${megabytes(pool.limitBytes)}; ${pool.hits} requests answered from it, ${pool.misses} not`,
    ],
    ...(message === undefined ? [] : [["", message] as const]),
  ];
}
