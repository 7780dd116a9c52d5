/** What a table must hold for a method: everything that its parts declare, directly and through derived quantities. */
import {
  requestKey,
  tokenLogProb,
  type CaptureRequest,
  type DataRequest,
  type InputGradientRequest,
  type Method,
  type Needs,
  type Request,
  type Role,
  type VocabularyRequest,
} from "@tokenwise/kit";
import { partsOf } from "../evaluate/parts.ts";

export interface Wants {
  readonly models: readonly Role[];
  readonly data: readonly DataRequest[];
  readonly captures: readonly CaptureRequest[];
  readonly inputGradients: readonly InputGradientRequest[];
  readonly vocabulary: readonly VocabularyRequest[];
  /** The samples that parts want drawn, with what they need of them. */
  readonly samples: Readonly<Record<string, Wants>>;
}

/** The requests of a declaration that are not left out by options. */
const declared = (needs: Needs | undefined): Request[] =>
  Object.values(needs ?? {}).filter((need) => need !== undefined);

/** Every request behind some requests, each once, themselves included. */
export function requestsBehind(requests: readonly Request[]): readonly Request[] {
  const found = new Map<string, Request>();
  const add = (request: Request): void => {
    found.set(requestKey(request), request);
    if (request.kind === "derived") declared(request.needs).forEach(add);
  };
  requests.forEach(add);
  return [...found.values()];
}

export const needsOfMethod = (method: Method): Request[] => partsOf(method).flatMap(({ needs }) => declared(needs));

export function wantsOf(method: Method): Wants {
  const samples = partsOf(method).flatMap((part) => Object.entries(part.samples ?? {}));
  return {
    ...wantsOfRequests(needsOfMethod(method)),
    samples: Object.fromEntries(samples.map(([name, { needs }]) => [name, wantsOfRequests(declared(needs))])),
  };
}

function wantsOfRequests(requests: readonly Request[]): Wants {
  const all = requestsBehind([tokenLogProb("policy"), ...requests]);
  return {
    // Captures and input gradients are given: their models run elsewhere.
    models: [...new Set(all.flatMap((request) => (request.kind === "vocabulary" ? request.models : [])))],
    data: all.filter((request) => request.kind === "data"),
    captures: all.filter((request) => request.kind === "capture"),
    inputGradients: all.filter((request) => request.kind === "input-gradient"),
    vocabulary: all.filter((request) => request.kind === "vocabulary"),
    samples: {},
  };
}
