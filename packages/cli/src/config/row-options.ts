import type { RowOptions } from "@tokenwise/core";
import type { Config } from "./schema.ts";

/** How rows are read, as the readers take it. */
export function rowOptions({ read }: Pick<Config, "read">): { readonly read?: RowOptions } {
  if (!read) return {};
  const { limit, ...rest } = read;
  return { read: { ...rest, ...(limit !== undefined && { limit }) } };
}

/** The models that columns beside the data were computed with. */
export const annotationModels = ({ annotation }: Pick<Config, "annotation">) =>
  annotation ? { models: annotation.models } : {};

/** The same, as training and measuring take it. */
export const annotationOptions = ({ annotation }: Pick<Config, "annotation">) => (annotation ? { annotation } : {});
