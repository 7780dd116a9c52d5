import { TokenwiseError } from "@tokenwise/kit";

/** Names of methods that learn from single responses with labels, however they are written. */
const unpaired = /^(.*\/)?(humanline[-_])?kto([-_].*)?$/i;

/**
 * Why there is no method of this name, where it is known to be unpaired; undefined for other names.
 *
 * @param where  begins the message: the place that names it.
 */
export const unpairedMethod = (name: string, where: string): TokenwiseError | undefined =>
  unpaired.test(name)
    ? new TokenwiseError(
        "TW_E_UNPAIRED",
        `${where}"${name}" learns from single responses, each with a label; here a method compares responses to one prompt`,
        {
          hint: "with a chosen and a rejected response for each prompt use dpo or another loss of pairs; with good responses alone, sft",
        },
      )
    : undefined;
