import type { RowOptions } from "@tokenwise/core";
import type { Config } from "./schema.ts";

/** How rows are read, as the readers take it. */
export function rowOptions({ read }: Pick<Config, "read">): { readonly read?: RowOptions } {
  if (!read) return {};
  const { limit, ...rest } = read;
  return { read: { ...rest, ...(limit !== undefined && { limit }) } };
}
