import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { countTests, describeCount, failures, total } from "./count-tests.mjs";

const folder = mkdtempSync(join(tmpdir(), "tokenwise-count-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A report as vitest writes it: the status of a file, then of each of its tests. */
function report(...files: [status: string, ...tests: string[]][]) {
  const path = join(folder, "test-results.json");
  const testResults = files.map(([status, ...tests], file) => ({
    name: `${file}.test.ts`,
    status,
    message: "broke",
    assertionResults: tests.map((test, at) => ({ status: test, fullName: `test ${at}`, failureMessages: ["why"] })),
  }));
  writeFileSync(path, JSON.stringify({ testResults }));
  return path;
}

describe("what npm test counts", () => {
  it("is every test once", () => {
    const path = report(["passed", "passed", "passed", "pending"], ["failed", "failed", "passed", "todo"]);
    expect(countTests(path)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it("is one failure for a file that broke before its first test", () => {
    expect(countTests(report(["failed"], ["passed", "passed"]))).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it("is one failure for a package that left no report, or ran no test", () => {
    expect(countTests(report())).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countTests(join(folder, "absent.json"))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it("is at least one failure if any task failed, be it lint", () => {
    const counts = [{ passed: 2, failed: 0, skipped: 0 }];
    expect(describeCount(total(counts, true))).toBe("2 passed, 0 failed");
    expect(describeCount(total(counts, false))).toBe("2 passed, 1 failed");
  });

  it("names skipped tests when there are any", () => {
    expect(describeCount(total([{ passed: 1, failed: 0, skipped: 2 }], true))).toBe("1 passed, 0 failed, 2 skipped");
  });

  it("says of every failure where it is and why", () => {
    const path = report(["passed", "passed"], ["failed", "passed", "failed"], ["failed"]);
    expect(failures(path)).toEqual(["1.test.ts: test 1: why", "2.test.ts: broke"]);
    expect(failures(join(folder, "absent.json"))).toEqual([expect.stringContaining("absent.json was not written")]);
  });
});
