/** How the tests of a plugin run here: on one backend, without the tests that train whole models. */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { suite } from "../../build/vitest.ts";

const { resolve = {}, test } = suite();

/** The contract is long, and its first laws hold for much that is wrong: it has its say where the others noticed nothing. */
class ContractLast extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): string =>
      (moduleId.endsWith("/contract.test.ts") ? "1" : "0") + moduleId;
    return Promise.resolve(files.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)));
  }
}

export default defineConfig({
  resolve,
  test: {
    ...test,
    include: ["test/**/*.test.ts"],
    exclude: ["test/trained.test.ts"],
    sequence: { sequencer: ContractLast },
    typecheck: { enabled: false },
    globalSetup: [],
    provide: { backends: ["cpu"], engine: "cpu" },
    reporters: [],
    coverage: { enabled: false },
  },
});
