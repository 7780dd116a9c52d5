import type { Coupled, Method, Part } from "@tokenwise/kit";

export const isCoupled = (part: Coupled | undefined): boolean => part?.coupling === "batch";

/** Every part of a method, each once. */
export function partsOf(method: Method): readonly Part[] {
  const { weighter, beta, emphasis, targets, objectives, auxiliaries = [] } = method;
  const parts = [
    weighter,
    beta,
    emphasis,
    targets,
    ...objectives.flatMap(({ scorer, loss }) => [scorer, loss]),
    ...auxiliaries,
  ];
  return [...new Set(parts.filter((part) => part !== undefined))];
}
