/** One line a case: its status, its name, what it was taken for, its largest error, and which of its blocks were checked. */
import type { Check } from "../check/findings.ts";
import type { Result } from "../verify.ts";

export function lineOf(result: Result, width: number): string {
  const { name, kind, status, checks } = result;
  const start = `${status.padEnd(14)}  ${name.padEnd(width)}  `;
  if (status === "not applicable") return start + reasons(result).join("; ");
  const parts = [kind ?? "", result.problem ?? largest(checks, status === "short"), blocks(checks), ...reasons(result)];
  return start + parts.filter((part) => part !== "").join(" · ");
}

const figure = (value: number): string =>
  Number.isFinite(value) ? (value === 0 ? "0" : value.toExponential(1)) : "not equal";

const severity = ({ error, tolerance }: Check): number => (error === 0 ? 0 : error / tolerance);

/** The check that comes closest to its tolerance, or goes furthest beyond it; of a short case, all that do. */
function largest(checks: readonly Check[], isShort: boolean): string {
  const sorted = [...checks].sort((a, b) => severity(b) - severity(a));
  const told = isShort ? sorted.filter((check) => severity(check) > 1).slice(0, 4) : sorted.slice(0, 1);
  return told
    .map(
      ({ field, error, tolerance }) =>
        `${figure(error)} ${error > tolerance ? ">" : "of"} ${figure(tolerance)} at ${field}`,
    )
    .join(", ");
}

/** The case's blocks of which something was checked: `authors_code, paper`. */
function blocks(checks: readonly Check[]): string {
  const names = [...new Set(checks.map(({ field }) => field.split(".")[0]!))];
  return `checked: ${names.join(", ")} (${checks.length})`;
}

/** Why things were not compared, those of the same reason together. */
function reasons({ skips, unsaid, status }: Result): readonly string[] {
  const told = new Map<string, string[]>();
  for (const { field, reason } of skips) told.set(reason, [...(told.get(reason) ?? []), field]);
  const said = [...told].map(([reason, fields]) =>
    status === "not applicable"
      ? `${reason}${unnamed(fields) ? "" : ` (${fields.join(", ")})`}`
      : `not applicable: ${shortened(fields)}: ${reason}`,
  );
  return unsaid.length > 0 ? [...said, `not applicable: ${shortened(unsaid)}: nothing of ours to compare with`] : said;
}

const unnamed = (fields: readonly string[]): boolean => fields.every((field) => field === "");

const shortened = (fields: readonly string[]): string =>
  fields.length <= 3 ? fields.join(", ") : `${fields.slice(0, 2).join(", ")} and ${fields.length - 2} more`;

export function summaryOf(results: readonly Result[]): string {
  const count = (status: Result["status"]) => results.filter((result) => result.status === status).length;
  const checks = results.reduce((sum, result) => sum + result.checks.length, 0);
  return `${results.length} cases: ${count("holds")} hold, ${count("short")} short, ${count("not applicable")} not applicable (${checks} comparisons)`;
}
