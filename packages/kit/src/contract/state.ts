import type { Json } from "../requests/request.ts";

/** Over all prompts of an optimizer step. */
export interface Statistics {
  readonly mean: number;
  /** Population standard deviation. */
  readonly standardDeviation: number;
  readonly count: number;
}

export interface Observed<Signal extends string = string> {
  /** The optimizer step that has just been taken, from 1. */
  readonly step: number;
  readonly signal: Readonly<Record<Signal, Statistics>>;
}

/**
 * State of a part: JSON that changes once per optimizer step of training, by statistics of the signals that the part
 * emitted in it. The trainer checkpoints it.
 */
export interface StateSpec<State extends Json = Json, Signal extends string = string> {
  readonly signals: readonly Signal[];
  init(): State;
  update(state: State, observed: Observed<Signal>): State;
}
