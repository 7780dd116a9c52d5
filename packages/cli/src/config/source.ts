import type { Path } from "@tokenwise/kit";

/** A configuration file that has been read. */
export interface Source {
  /** As given, or as found. */
  readonly file: string;
  readonly value: unknown;
  /** `tokenwise.yaml:3`: where the value, or the key, of a path stands; the file alone where that is not known. */
  readonly at: (path: Path) => string;
}
