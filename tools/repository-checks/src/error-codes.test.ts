import { expect, it } from "vitest";
import { read, sources } from "./repository.ts";

const page = "docs/reference/errors.md";

it("every error code of the source stands in the table of error codes, and every code of the table in the source", () => {
  const used = sources.flatMap((file) => read(file).match(/\bTW_E_[A-Z0-9_]*[A-Z0-9]/g) ?? []);
  const rows = read(page).matchAll(/^\| `(TW_E_[A-Z0-9_]+)` *\|[^|]*\w[^|]*\|[^|]*\w[^|]*\|$/gm);
  const documented = Array.from(rows, ([, code]) => code);
  expect(documented).toEqual([...new Set(used)].sort());
});
