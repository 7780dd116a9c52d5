import type { AnchorPolicy, Json } from "@tokenwise/kit";

/** What an anchor keeps in each step, and its state then; its signals grow from step to step. */
export function anchorSteps(
  anchor: AnchorPolicy,
  steps: number,
): readonly { readonly keep: number; readonly state: Json }[] {
  const { state: spec } = anchor;
  let state = spec?.init() ?? null;
  return Array.from({ length: steps }, (_, index) => {
    const statistics = { mean: (index + 1) / 4, standardDeviation: 1, count: 4 };
    const signal = Object.fromEntries((spec?.signals ?? []).map((name) => [name, statistics]));
    state = spec?.update(state, { step: index + 1, signal }) ?? null;
    return { keep: anchor.keep(state), state };
  });
}
