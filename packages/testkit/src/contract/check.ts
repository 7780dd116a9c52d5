import { tf } from "@tokenwise/kit";
import { contractOf, type ContractOptions } from "./cases.ts";
import type { ContractCase, ContractResult, Subject } from "./contract-case.ts";

/**
 * Tries every case of the contract on the backend in use, and collects what became of each.
 *
 * @param options.effort  "small" ends in some three seconds. Default: "full".
 */
export async function checkContract(
  subject: Subject,
  options: ContractOptions = {},
): Promise<readonly ContractResult[]> {
  await tf.ready();
  return contractOf(subject, options).map(resultOf);
}

function resultOf({ law, name, notApplicable, run }: ContractCase): ContractResult {
  const start = performance.now();
  const result = (rest: { readonly holds: boolean; readonly problem?: string }): ContractResult => ({
    law,
    name,
    ...rest,
    milliseconds: performance.now() - start,
  });
  if (notApplicable !== undefined) return { ...result({ holds: true }), notApplicable };
  try {
    run();
    return result({ holds: true });
  } catch (error) {
    return result({ holds: false, problem: error instanceof Error ? error.message : String(error) });
  }
}
