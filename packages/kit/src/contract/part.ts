import type { Json, Needs } from "../requests/request.ts";
import type { Annotator } from "./annotator.ts";
import type { PerCandidate, PerPrompt } from "./axes.ts";
import type { ParameterTree } from "./parameters.ts";
import type { Samples } from "./samples.ts";
import type { StateSpec } from "./state.ts";
import type { Shape } from "./view.ts";

/** What every part may declare. A part is a function; the trainer owns its variables, state and random numbers. */
export interface Part<S extends Shape = Shape> {
  readonly name: string;
  /** What makes it differ from another part of this name: a checkpoint refuses to be resumed with another one. */
  readonly options?: Json;
  /** What it reads: `needs: { ratio: logRatio }` gives `view.read.ratio`. */
  readonly needs?: S["needs"];
  readonly samples?: S["samples"];
  readonly parameters?: S["parameters"];
  readonly state?: StateSpec<S["state"], S["signal"]>;
  /** Checked by the planner against the data and the method. */
  readonly requires?: Requirements;
  /** Who can compute the columns that it needs. */
  readonly annotators?: readonly Annotator[];
  /**
   * Looks at every training step: gets the means of the metrics that the part returned, by name, and returns a sentence if the
   * user should know something. The trainer tells the same sentence once in a run.
   */
  readonly warn?: (metrics: Readonly<Record<string, number>>) => string | undefined;
}

export interface Requirements {
  /** "pair": two candidates a prompt, none missing; "several": at least two places for candidates. */
  readonly group?: "pair" | "several";
  /** One candidate has all of the target. */
  readonly targets?: "hard";
}

/**
 * "batch": called once with the whole optimizer step, gathered without a tape, instead of once per micro-batch. Its
 * needs are then per candidate or per prompt.
 */
export interface Coupled {
  readonly coupling?: "batch";
}

/** Averaged over the step and logged under `part/name`. */
export type Metrics = Readonly<Record<string, PerPrompt | PerCandidate>>;

/** What every part may return beside its result. */
export interface Report<S extends Shape> {
  /** For `state.update`, per prompt. */
  readonly signal?: Readonly<Record<S["signal"], PerPrompt>>;
  readonly metrics?: Metrics;
}

// Nothing declared: {}.
export type None = { readonly [Name in never]: Name };
/** A shape from its five members; the identities of `contract/parts.ts` infer it from what a part declares. */
export interface Declared<
  N extends Needs,
  M extends Samples,
  P extends ParameterTree,
  T extends Json,
  K extends string,
> {
  readonly needs: N;
  readonly samples: M;
  readonly parameters: P;
  readonly state: T;
  readonly signal: K;
}
