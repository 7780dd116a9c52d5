/** Counts tests from the JSON reports that vitest leaves in each package. What did not report, failed. */
import { existsSync } from "node:fs";
import { readJson } from "./workspace.mjs";

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 * @typedef {{ status: string, fullName: string, failureMessages?: readonly string[] }} TestReport
 * @typedef {{ name: string, status: string, message?: string, assertionResults: readonly TestReport[] }} FileReport
 */

/** @param {string} path */
const filesOf = (path) => /** @type {{ testResults: FileReport[] }} */ (readJson(path)).testResults;

/**
 * @param {string} path of a test-results.json
 * @returns {readonly string[]} for each failed test its file, its name and what it said first
 */
export const failures = (path) => {
  if (!existsSync(path)) return [`${path} was not written`];
  return filesOf(path).flatMap(({ name, status, message = "", assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0) return status === "failed" ? [`${name}: ${message}`] : [];
    return failed.map(({ fullName, failureMessages = [] }) => `${name}: ${fullName}: ${failureMessages[0] ?? ""}`);
  });
};

/**
 * @param {string} path of a test-results.json
 * @returns {Count} one failure if there is no report or no test in it; a file that failed outside of its tests is one failure, too
 */
export const countTests = (path) => {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 };
  const files = filesOf(path);
  const statuses = files.flatMap(({ status, assertionResults }) => {
    const tests = assertionResults.map((test) => test.status);
    return status === "failed" && !tests.includes("failed") ? [...tests, "failed"] : tests;
  });
  const passed = statuses.filter((status) => status === "passed").length;
  const failed = statuses.filter((status) => status === "failed").length;
  return { passed, failed: statuses.length === 0 ? 1 : failed, skipped: statuses.length - passed - failed };
};

/**
 * The sum over all packages. A run that did not succeed never shows zero failures: lint, types, format or a build may have failed.
 *
 * @param {readonly Count[]} counts
 * @param {boolean} succeeded whether every task exited with 0
 * @returns {Count}
 */
export const total = (counts, succeeded) => {
  /** @param {keyof Count} key */
  const sum = (key) => counts.reduce((all, count) => all + count[key], 0);
  return { passed: sum("passed"), failed: Math.max(sum("failed"), succeeded ? 0 : 1), skipped: sum("skipped") };
};

/** @param {Count} count */
export const describeCount = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
