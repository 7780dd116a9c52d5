/** The contract as a suite of vitest. */
import { tf } from "@tokenwise/kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contractOf, type ContractOptions } from "./contract/cases.ts";
import type { Subject } from "./contract/contract-case.ts";
import { nameOf } from "./contract/trial.ts";

/**
 * Registers one test for each case of the contract, and prints the backend that they ran on. A law that does not apply
 * is a test that says why.
 *
 * @param subject  A factory of `method()` or `part()`, or a function that returns a method or a part.
 */
export function methodContract(subject: Subject, declaration: ContractOptions = {}): void {
  describe(`the contract of ${nameOf(subject)}`, () => {
    beforeAll(async () => {
      await tf.ready();
    });
    afterAll(() => {
      console.info(`the contract of ${nameOf(subject)} was tried on the backend ${tf.getBackend()}`);
    });
    for (const { name, notApplicable, run } of contractOf(subject, declaration))
      if (notApplicable === undefined) it(name, run);
      else
        it(`does not apply, ${notApplicable}: ${name}`, () => {
          expect(notApplicable).not.toBe("");
        });
  });
}
