/** The parts of a method, each with its place in it and an identity that checkpoints and metrics use. */
import type { AuxiliaryLoss, Coupled, Method, Objective, Part, PartSlot } from "@tokenwise/kit";

export type Slot = PartSlot;

export interface PlannedPart {
  /** Unique in the method: the part's name, numbered where names repeat. */
  readonly id: string;
  readonly slot: Slot;
  readonly part: Part;
  /** Called once per optimizer step with all prompts. */
  readonly coupled: boolean;
}

/** Slots that are evaluated off the tape, where trainable parameters could never learn. */
export const offTape: ReadonlySet<Slot> = new Set<Slot>(["beta", "emphasis", "targets"]);

/** Every part once, in the order in which a step calls them. */
export function listParts(method: Method): readonly PlannedPart[] {
  const placed: (readonly [Slot, (Part & Coupled) | undefined])[] = [
    ["targets", method.targets],
    ["weighter", method.weighter],
    ...method.objectives.map(({ scorer }: Objective) => ["scorer", scorer] as const),
    ["beta", method.beta],
    ["emphasis", method.emphasis],
    ...method.objectives.map(({ loss }: Objective) => ["loss", loss] as const),
    ...(method.auxiliaries ?? []).map((auxiliary: AuxiliaryLoss) => ["auxiliary", auxiliary] as const),
  ];
  const parts = new Map<Part, PlannedPart>();
  const used = new Map<string, number>();
  for (const [slot, part] of placed) {
    if (!part || parts.has(part)) continue;
    const count = (used.get(part.name) ?? 0) + 1;
    used.set(part.name, count);
    const id = count === 1 ? part.name : `${part.name}#${count}`;
    parts.set(part, { id, slot, part, coupled: part.coupling === "batch" });
  }
  return [...parts.values()];
}
