/** What is written: enough to tell on which machine it was, and what came out. */
import { z } from "zod";

export const probeSchema = z.object({
  backend: z.object({
    name: z.literal("tensorflow"),
    /** The variable, or the package, by which it was found. */
    by: z.string(),
    version: z.string(),
    libtensorflow: z.string().nullable(),
  }),
  device: z.enum(["GPU", "CPU"]),
  /** Of a product of square matrices, by their side; 10⁹ operations per second. */
  gigaflops: z.record(z.string(), z.number()),
  /** Of a sum of two numbers. */
  microsecondsPerCall: z.number(),
});
export type Probe = z.infer<typeof probeSchema>;

const caseSchema = z.object({
  name: z.string(),
  kind: z.string().nullable(),
  status: z.enum(["holds", "short", "not applicable"]),
  checks: z.array(z.object({ field: z.string(), error: z.number().nullable(), tolerance: z.number() })),
  problem: z.string().optional(),
});

/** What `npm run verify -- --json` writes. */
export const verifySchema = z.object({
  summary: z.string(),
  files: z.array(
    z.object({ file: z.string(), results: z.array(caseSchema).optional(), problem: z.string().optional() }),
  ),
});

/** What `npm run demo -- --output` writes, of which the table is kept. */
export const demoSchema = z.object({
  backend: z.string(),
  pairs: z.number(),
  settings: z.looseObject({ steps: z.number() }),
  rows: z.array(z.looseObject({ name: z.string(), seconds: z.number() })),
});

type Verified = z.infer<typeof verifySchema>;

/** The cases of the oracles, each with the comparison that comes closest to its tolerance, or goes furthest beyond it. */
export const casesOf = ({ files }: Verified) =>
  files.flatMap(({ file, results = [], problem }) => [
    ...(problem === undefined ? [] : [{ file, name: "", status: "unreadable", problem }]),
    ...results.map(({ name, kind, status, checks, ...rest }) => {
      // JSON has no infinity: what is not a number there was not equal.
      const share = (check: (typeof checks)[number]) => (check.error ?? Infinity) / check.tolerance;
      const [worst] = [...checks].sort((a, b) => share(b) - share(a));
      return { file, name, kind, status, comparisons: checks.length, ...(worst && { worst }), ...rest };
    }),
  ]);

export interface Result extends Probe {
  /** ISO 8601. */
  readonly date: string;
  readonly holds: boolean;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly oracles: { readonly seconds: number; readonly summary: string; readonly cases: ReturnType<typeof casesOf> };
  readonly demo: { readonly seconds: number } & z.infer<typeof demoSchema>;
}
