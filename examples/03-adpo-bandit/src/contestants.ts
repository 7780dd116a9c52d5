/** The methods that are compared, each the plugin's own: what they see of the eight items of a context, and as what. */
import { adpo } from "@tokenwise/plugin-adpo";
import type { Method } from "@tokenwise/kit";
import { groupSize } from "./world.ts";

export interface Contestant {
  readonly name: string;
  readonly method: Method;
  /** Candidates in a group: the items of a context in one group, or in pairs. */
  readonly group: number;
}

export const contestants: readonly Contestant[] = [
  { name: "pairwise, hard (DPO)", method: adpo({ targets: { kind: "hard" } }), group: 2 },
  { name: "pairwise, soft", method: adpo({ targets: { kind: "raw" } }), group: 2 },
  { name: "listwise, raw", method: adpo({ targets: { kind: "raw" } }), group: groupSize },
  { name: "listwise, z-score", method: adpo({ targets: { kind: "z-score" } }), group: groupSize },
  { name: "listwise, KDE", method: adpo({ targets: { kind: "kde" } }), group: groupSize },
];

/** For the reference, before it is one: clean rewards, and nothing to be anchored to. */
export const pretraining: Contestant = {
  name: "reference",
  method: adpo({ anchor: { kind: "uniform" } }),
  group: groupSize,
};
