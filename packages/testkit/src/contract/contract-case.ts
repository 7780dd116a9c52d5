import type { Json, Method, Part } from "@tokenwise/kit";
import type { Given } from "../evaluate/given.ts";

/** One property of the contract, for one method with one choice of options. */
export interface ContractCase {
  /** A name of the law, for programs. */
  readonly law: string;
  /** A sentence that states the property. */
  readonly name: string;
  /** Why the property says nothing about this method: what the method does not declare. */
  readonly notApplicable?: string;
  /** @throws if the method does not have it: which option, which tensor, the numbers. */
  readonly run: () => void;
}

/** What became of a case. */
export interface ContractResult {
  readonly law: string;
  readonly name: string;
  readonly holds: boolean;
  /** What was found, if it does not hold. */
  readonly problem?: string;
  readonly notApplicable?: string;
  readonly milliseconds: number;
}

/**
 * What a contract is made for: a factory of `method()` or `part()`, a function that returns a method or a part, or one
 * of these themselves. Only of a factory the options are tested.
 */
export type Subject = Method | Part | ((options?: never) => Method | Part);

export type Options = Readonly<Record<string, unknown>>;

/** What an author adds. Nothing in it switches a law off. */
export interface Declaration {
  /** Options to try every law with, beside the defaults and those that the schema suggests. */
  readonly options?: readonly Options[];
  /** Numbers from the paper or the authors' code. */
  readonly worked?: readonly WorkedExample[];
  /** At these options it is another method. */
  readonly neutral?: readonly Neutral[];
}

export interface WorkedExample {
  readonly name: string;
  readonly options?: Options;
  /** The micro-batches of a step; made anew for every run, disposed of by the contract. */
  readonly given: () => Given | readonly Given[];
  /** Of the step, from 1. */
  readonly step?: number;
  readonly training?: boolean;
  /** States before the step, by the part's name. */
  readonly states?: Readonly<Record<string, Json>>;
  readonly expect: Expected;
  /** Largest difference, relative to the largest expected entry. Default 1e-5; of gradients ten times as much. */
  readonly tolerance?: number;
}

/** Any of what a step gives. Lists are by prompt, lists of lists by prompt and candidate; of weights by row. */
export interface Expected {
  readonly loss?: number;
  readonly losses?: readonly number[];
  readonly beta?: readonly number[];
  readonly emphasis?: readonly number[];
  readonly scores?: readonly (readonly number[])[];
  readonly rewards?: readonly (readonly number[])[];
  readonly targets?: readonly (readonly number[])[];
  readonly weights?: {
    readonly reward?: readonly (readonly number[])[];
    readonly divergence?: readonly (readonly number[])[];
  };
  /** By `part/metric`, per prompt or per candidate. */
  readonly metrics?: Readonly<Record<string, readonly number[]>>;
  /** By `part/signal`, per prompt. */
  readonly signals?: Readonly<Record<string, readonly number[]>>;
  /** By the part's name, after the step. */
  readonly states?: Readonly<Record<string, Json>>;
  /**
   * ∂loss/∂(policy logits), [B, T, V] of the step with the padding left out; by log-probabilities where those are given,
   * [B, T]; or entries of either.
   */
  readonly gradient?:
    readonly (readonly (readonly number[])[])[] | readonly (readonly number[])[] | readonly GradientEntry[];
}

export interface GradientEntry {
  readonly row: number;
  readonly token: number;
  /** Of the vocabulary; left out where log-probabilities are given. */
  readonly id?: number;
  readonly value: number;
}

export interface Neutral {
  readonly options: Options;
  readonly equals: Method;
  /** Default 0: bit for bit. */
  readonly tolerance?: number;
  readonly name?: string;
}
