import { tf } from "@tokenwise/kit";
import { afterAll, beforeAll } from "vitest";
import { useBackend, type BackendName } from "../../src/backend.ts";

/** Runs the tests of a file, or of a describe block, on a backend, and frees the tensors and variables that they made. */
export function onBackend(name: BackendName): void {
  const existing = new Set<string>();
  beforeAll(async () => {
    await useBackend(name);
    Object.keys(tf.engine().registeredVariables).forEach((variable) => existing.add(variable));
    tf.engine().startScope();
  });
  afterAll(() => {
    tf.engine().endScope();
    for (const [variable, value] of Object.entries(tf.engine().registeredVariables))
      if (!existing.has(variable)) value.dispose();
  });
}
