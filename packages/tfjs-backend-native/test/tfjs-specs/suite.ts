/**
 * TensorFlow.js's own specs on one backend: a program `suite BACKEND FILE`, bundled by run.mjs, that writes the results to FILE.
 *
 * The order of the imports counts: jasmine, then the backend, then the specs.
 */
import { writeFileSync } from "node:fs";
import { jasmineEnvironment } from "./jasmine-globals.ts";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import { backendName } from "./environment.ts";
import "@tensorflow/tfjs-core/dist/tests.js";
import { addon } from "../../src/addon.ts";
import type { SpecResults } from "./run.mjs";

const passed: string[] = [];
const pending: string[] = [];
const failed: string[] = [];

/** Without the backend's name, which is part of the names of suites. */
const nameOf = (fullName: string): string => fullName.replaceAll(` ${backendName} {}`, "");

jasmineEnvironment.configure({ random: false });
jasmineEnvironment.clearReporters();
const report: typeof fail = (result) => fail(result);
function fail({
  fullName,
  failedExpectations,
}: {
  fullName?: string;
  failedExpectations: readonly { message: string }[];
}) {
  for (const { message } of failedExpectations) failed.push(`${nameOf(fullName ?? "")}: ${message.slice(0, 500)}`);
}
jasmineEnvironment.addReporter({
  specDone(result) {
    report(result);
    if (result.status === "passed") passed.push(nameOf(result.fullName));
    if (result.status === "pending") pending.push(nameOf(result.fullName));
  },
  suiteDone: report,
  jasmineDone: report,
});
await jasmineEnvironment.execute();

const results: SpecResults = { passed, pending, failed, instructionSet: addon().instructionSet() };
writeFileSync(process.argv[3] ?? "results.json", JSON.stringify(results));
// Some specs leave timers.
process.exit();
