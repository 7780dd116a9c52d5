/** Cases to results: every case is run, whatever it is. */
import { tf, TokenwiseError } from "@tokenwise/kit";
import { ZodError } from "zod";
import { kinds } from "./cases/index.ts";
import type { RunOptions } from "./cases/kind.ts";
import { Findings, type Check, type Skip } from "./check/findings.ts";
import { tolerancesOf } from "./check/tolerances.ts";
import { unsaid } from "./check/unsaid.ts";
import { Unreadable, type Case } from "./read/case.ts";

export type Status = "holds" | "short" | "not applicable";

export interface Result {
  readonly name: string;
  /** What the case was recognized as. */
  readonly kind: string | null;
  readonly status: Status;
  readonly checks: readonly Check[];
  readonly skips: readonly Skip[];
  /** Numbers of the case with which nothing of ours was compared. */
  readonly unsaid: readonly string[];
  /** Why the case could not be read, or run. */
  readonly problem?: string;
}

export async function verifyCase(each: Case, options: RunOptions): Promise<Result> {
  const { name } = each;
  const kind = kinds.find((candidate) => candidate.recognizes(each));
  const findings = new Findings(tolerancesOf(each.file, options.backend), each.fields);
  if (!kind) {
    const known = Object.keys(each.fields).join(", ") || "nothing";
    findings.skip("", `no kind of case that is known: it has ${known}`);
    return { name, kind: null, status: "not applicable", checks: [], skips: findings.skips, unsaid: [] };
  }
  let problem: string | undefined;
  tf.engine().startScope();
  try {
    await kind.run(each, findings, options);
  } catch (error) {
    problem = problemOf(error);
  } finally {
    tf.engine().endScope();
  }
  const { checks, skips } = findings;
  const isShort = problem !== undefined || checks.some(({ error, tolerance }) => error > tolerance);
  const status = isShort ? "short" : checks.length > 0 ? "holds" : "not applicable";
  return {
    name,
    kind: kind.name,
    status,
    checks,
    skips,
    unsaid: status === "not applicable" || problem !== undefined ? [] : unsaid(each.fields, findings),
    ...(problem !== undefined && { problem }),
  };
}

function problemOf(error: unknown): string {
  if (error instanceof ZodError) {
    const [first] = error.issues;
    return `unreadable: ${first?.path.join(".") ?? "the case"}: ${first?.message ?? "not as documented"}`;
  }
  if (error instanceof Unreadable) return `unreadable: ${error.message}`;
  if (TokenwiseError.is(error)) return `refused: ${error.code}: ${firstLine(error.message)}`;
  return `failed: ${firstLine(error instanceof Error ? error.message : String(error))}`;
}

const firstLine = (text: string): string => text.split("\n")[0]!;
