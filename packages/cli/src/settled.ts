import { waitedFor } from "@tokenwise/core";
import { TokenwiseError } from "@tokenwise/kit";

/** The innermost last. */
const waiting: symbol[] = [];

/**
 * The promise's value. Where nothing is left to do that could settle it, Node would end the process without a word.
 *
 * @throws TW_E_UNSETTLED
 */
export async function settled<T>(promise: Promise<T>): Promise<T> {
  const own = Symbol();
  let onStuck = (): void => undefined;
  const stuck = new Promise<never>((_, reject) => {
    onStuck = () => {
      if (waiting.at(-1) === own) reject(unsettled(waitedFor()));
    };
  });
  waiting.push(own);
  process.on("beforeExit", onStuck);
  try {
    return await Promise.race([promise, stuck]);
  } finally {
    process.off("beforeExit", onStuck);
    waiting.splice(waiting.indexOf(own), 1);
  }
}

const unsettled = (known: readonly string[]): TokenwiseError =>
  new TokenwiseError(
    "TW_E_UNSETTLED",
    `nothing is left to do, but the command has not ended: ${known.join(" and ") || "something"} waits for a promise that never settles`,
    {
      hint: "a reward function, a source, an annotator or a plugin made a promise that is neither resolved nor rejected; give what calls out a time limit",
    },
  );
