/** A method as configuration files write it. */

/** A method or part by name, with its options. */
export interface Use {
  readonly use: string;
  readonly [option: string]: unknown;
}

/** `logistic` is short for `{ use: logistic }`. */
export type PartSpec = string | Use;

export interface ObjectiveSpec {
  readonly scorer: PartSpec;
  readonly loss: PartSpec;
  /** Default 1. */
  readonly weight?: number;
}

/** A method made of parts: either `scorer` and `loss`, or `objectives`, and what goes with them. */
export interface CompositionSpec extends Partial<ObjectiveSpec> {
  readonly weighter?: PartSpec;
  readonly beta: PartSpec;
  readonly emphasis?: PartSpec;
  readonly targets?: PartSpec;
  readonly objectives?: readonly ObjectiveSpec[];
  readonly auxiliaries?: readonly PartSpec[];
  readonly anchor?: PartSpec;
}

export type MethodSpec = PartSpec | CompositionSpec;

/** The places of a method, and the function by which a part is known to belong there. */
export const slots = {
  weighter: { one: "a token weighter", has: "weigh" },
  scorer: { one: "a scorer", has: "score" },
  beta: { one: "a β controller", has: "control" },
  emphasis: { one: "a prompt weighter", has: "emphasize" },
  targets: { one: "a target policy", has: "targets" },
  loss: { one: "a loss", has: "loss" },
  auxiliaries: { one: "an auxiliary loss", has: "sum" },
  anchor: { one: "an anchor policy", has: "keep" },
} as const;

export type SlotName = keyof typeof slots;

export const compositionKeys = [...Object.keys(slots), "objectives"];
export const objectiveKeys = ["scorer", "loss", "weight"];
