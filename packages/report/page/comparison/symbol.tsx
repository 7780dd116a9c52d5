import type { ComparisonSeries } from "../../src/report.ts";

export function Symbol({ kind, color: stroke }: { readonly kind: ComparisonSeries["kind"]; readonly color: string }) {
  const paths = {
    method: "M5 1a4 4 0 1 0 .01 0z",
    "best-of-n": "M5 0L9 5L5 10L1 5z",
    control: "M1 1L9 9M9 1L1 9",
    reference: "M1 1H9V9H1z",
  };
  return (
    <svg class="swatch" width="10" height="10" aria-hidden="true">
      <path d={paths[kind]} stroke={stroke} stroke-width="2" fill={kind === "control" ? "none" : stroke} />
    </svg>
  );
}
