/**
 * Requests: what a part needs from the engine, as values.
 *
 * Two requests are the same if kind, name, options and needs are equal by value. The definition behind a name is made
 * once, at module level: one name with two definitions is refused by the planner.
 */
import type { Axis } from "../contract/axes.ts";
import type { Compute } from "./derived.ts";
import type { VocabularyDefinition } from "./vocabulary.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A model's role in a run. */
export type Role = "policy" | "reference" | (string & {});

declare const yields: unique symbol;

interface RequestBase<T> {
  readonly name: string;
  readonly options: Json;
  /** The models that it reads directly. */
  readonly models: readonly Role[];
  readonly [yields]?: T;
}

/** A reduction over the vocabulary at every position that predicts a response token: [B, T]. */
export interface VocabularyRequest<T = unknown> extends RequestBase<T> {
  readonly kind: "vocabulary";
  readonly axes: "B,T";
  readonly define: VocabularyDefinition<never>;
}
/** A quantity computed from other requests. */
export interface DerivedRequest<T = unknown> extends RequestBase<T> {
  readonly kind: "derived";
  readonly axes: Axis;
  readonly needs: Needs;
  readonly compute: Compute;
}
/** A value from the dataset: rewards, or a column. */
export interface DataRequest<T = unknown> extends RequestBase<T> {
  readonly kind: "data";
  readonly axes: Axis;
}
/** Something inside a forward pass: hidden states, activations, attention. */
export interface CaptureRequest<T = unknown> extends RequestBase<T> {
  readonly kind: "capture";
}
/** Gradients at the input embeddings, detached. */
export interface InputGradientRequest<T = unknown> extends RequestBase<T> {
  readonly kind: "input-gradient";
}

export type Request<T = unknown> =
  VocabularyRequest<T> | DerivedRequest<T> | DataRequest<T> | CaptureRequest<T> | InputGradientRequest<T>;

/** What a part declares; undefined: not needed with these options. */
export type Needs = Readonly<Record<string, Request | undefined>>;

type Value<R> = R extends { readonly [yields]?: infer T } ? T : undefined;
/** What a part may read: exactly what it declared. */
export type Values<N> = { readonly [K in keyof N]: Value<N[K]> };

/** The identity of a request by value. */
export function requestKey(request: Request): string {
  const needs =
    request.kind === "derived"
      ? Object.entries(request.needs).map(([name, need]) => [name, need ? requestKey(need) : null] as const)
      : [];
  return `${request.kind}:${request.name}:${stableJson(request.options)}:${stableJson(needs)}`;
}

/** JSON with sorted keys: equal values give equal texts. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : item,
  );
}
