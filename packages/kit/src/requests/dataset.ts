/** Requests for what comes with the data. */
import type { Axis, AxisTypes, PerCandidate } from "../contract/axes.ts";
import type { DataRequest } from "./request.ts";

/** The rewards of the candidates, from the dataset or the group source: [P, G]. */
export const rewards: DataRequest<PerCandidate> = {
  kind: "data",
  name: "rewards",
  options: null,
  models: [],
  axes: "P,G",
};

/** A column of the dataset, as an annotator or the user wrote it. Default: one value per response token. */
export function column<const A extends Axis = "B,T">(name: string, axes?: A): DataRequest<AxisTypes[A]> {
  const shape = axes ?? "B,T";
  return { kind: "data", name: "column", options: { name, axes: shape }, models: [], axes: shape };
}
