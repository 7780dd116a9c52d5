/**
 * Calls of parts, for trainers and test kits. The compiler holds a part to what its kind returns; here it is refused where no compiler
 * looked: what throws, what is a promise, a key that nothing reads, a value of another type.
 */
import { shown, unknownKeys } from "../complaints.ts";
import { TokenwiseError } from "../errors.ts";
import { tf } from "../tensorflow.ts";

/** A part's place in a method. */
export type PartSlot = "weighter" | "scorer" | "beta" | "emphasis" | "targets" | "loss" | "auxiliary";

const titles: Readonly<Record<PartSlot, string>> = {
  weighter: "weighter",
  scorer: "scorer",
  beta: "β controller",
  emphasis: "prompt weighter",
  targets: "targets",
  loss: "loss",
  auxiliary: "auxiliary loss",
};

/** `weighter "tis-weights"`: how messages name a part. */
export const partTitle = (slot: PartSlot, id: string): string => `${titles[slot]} "${id}"`;

interface Value {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
}

const isTensor = (value: unknown): boolean => value instanceof tf.Tensor;
const tensor = (axes: string): Value => ({ expected: `a tensor [${axes}]`, fits: isTensor });
const optional = ({ expected, fits }: Value): Value => ({
  expected,
  fits: (value) => value === undefined || fits(value),
});
const numberOr = ({ expected, fits }: Value): Value => ({
  expected: `a number or ${expected}`,
  fits: (value) => typeof value === "number" || fits(value),
});

const perToken = tensor("B, T");
const perCandidate = tensor("P, G");
const perPrompt = tensor("P");

/** NaN is none. */
const temperature: Value = {
  expected: "a number above 0 or a tensor [P]",
  fits: (value) => (typeof value === "number" ? value > 0 && Number.isFinite(Math.fround(value)) : isTensor(value)),
};

const perPromptOrCandidate: Value = { expected: "a tensor [P] or [P, G]", fits: isTensor };

/** What a part of each kind returns, beside `signal` and `metrics`. */
const results = {
  weighter: { reward: optional(perToken), divergence: optional(perToken) },
  scorer: { score: perCandidate, reward: optional(perCandidate) },
  beta: { beta: temperature },
  emphasis: { weight: perPrompt },
  loss: { loss: perPrompt },
} satisfies Partial<Record<PartSlot, Readonly<Record<string, Value>>>>;

const reports = { signal: perPrompt, metrics: perPromptOrCandidate } as const;

/**
 * What a part returns: an object with the keys of its kind, and tensors in them, whose shapes are not looked at.
 *
 * @throws TW_E_PART_FAILED  if the part throws what is no TokenwiseError.
 * @throws TW_E_PART_RESULT  for a promise, another value than an object, an unknown key, or a value of another type.
 */
export function callPart<R>(slot: keyof typeof results, id: string, call: () => R): R {
  const who = partTitle(slot, id);
  const given: unknown = guardCall(who, call);
  const values: Readonly<Record<string, Value>> = results[slot];
  checkObject(who, given, [...Object.keys(values), ...Object.keys(reports)]);
  for (const [key, value] of Object.entries(values)) check(`${who}: ${key}`, given[key], value);
  for (const [key, value] of Object.entries(reports)) {
    if (given[key] !== undefined) checkTensors(`${who}: ${key}`, given[key], value);
  }
  return given as R;
}

/** The signals of an anchor policy. @throws as `callPart` */
export function callObserve<R>(name: string, call: () => R): R {
  const who = `anchor "${name}"`;
  const given: unknown = guardCall(who, call);
  checkTensors(`${who}: signal`, given, perPrompt);
  return given as R;
}

/** What is a tensor alone: targets, the sum of an auxiliary loss. @param axes  of it: "P, G". @throws as `callPart` */
export const callTensor = <T extends tf.Tensor>(who: string, axes: string, call: () => T): T =>
  checked(who, call, tensor(axes));

/** The count of an auxiliary loss. @throws as `callPart` */
export function callCount(id: string, call: () => number | tf.Tensor): number {
  const count = checked(`${partTitle("auxiliary", id)}: count`, call, numberOr(tensor("")));
  return typeof count === "number" ? count : count.dataSync()[0]!;
}

function checked<T>(who: string, call: () => T, value: Value): T {
  const given = guardCall(who, call);
  check(who, given, value);
  return given;
}

/**
 * Calls what somebody else wrote, named by `who`: `source "sampled-groups"`.
 *
 * @throws TW_E_PART_FAILED, TW_E_PART_RESULT  if it throws, or gives a promise.
 */
export function guardCall<R>(who: string, call: () => R): R {
  let given: R;
  try {
    given = call();
  } catch (cause) {
    throw partFailed(who, cause);
  }
  if (!isPromise(given)) return given;
  given.then(undefined, () => undefined); // what it comes to is of no interest any more
  throw new TokenwiseError("TW_E_PART_RESULT", `${who} returns a promise`, {
    hint: "nothing waits for it here: leave async out. What has to be waited for belongs to an annotator or a source",
  });
}

/** `guardCall` of what may be waited for. @throws TW_E_PART_FAILED */
export async function guardAsyncCall<R>(who: string, call: () => R | Promise<R>): Promise<R> {
  try {
    return await call();
  } catch (cause) {
    throw partFailed(who, cause);
  }
}

/** A TokenwiseError says for itself what is wrong. */
function partFailed(who: string, cause: unknown): TokenwiseError {
  if (TokenwiseError.is(cause)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const place = placeOf(cause);
  return new TokenwiseError("TW_E_PART_FAILED", `${who} throws: ${why}`, {
    hint: `an error of its own code, or of what that calls${place === undefined ? "" : `: at ${place}`}`,
    cause,
  });
}

/** Where an error was thrown: the first place on its stack that is not in an installed package, if there is one. */
function placeOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const places = Array.from(stack.matchAll(/^ +at (.+)$/gm), ([, place]) => place!);
  return places.find((place) => !/node_modules|tfjs-(core|backend)|node:|<anonymous>\)$/.test(place)) ?? places[0];
}

/**
 * Refuses what is no object, or has other keys than these.
 *
 * @throws TW_E_PART_RESULT
 */
export function checkObject(
  who: string,
  given: unknown,
  known: readonly string[],
): asserts given is Readonly<Record<string, unknown>> {
  const hint = `it returns an object with ${known.join(", ")}`;
  if (!isPlain(given)) throw new TokenwiseError("TW_E_PART_RESULT", `${who} returns ${described(given)}`, { hint });
  const unknown = unknownKeys(Object.keys(given), known);
  if (unknown.length === 0) return;
  const complaints = unknown.map(({ message }) => message).join("; ");
  throw new TokenwiseError("TW_E_PART_RESULT", `${who} returns an ${complaints}`, {
    hint: `what it may return: ${known.join(", ")}`,
  });
}

function checkTensors(what: string, given: unknown, value: Value): void {
  check(what, given, { expected: "an object of tensors by name", fits: isPlain });
  for (const [name, each] of Object.entries(given as object)) check(`${what}.${name}`, each, value);
}

function check(what: string, value: unknown, { expected, fits }: Value): void {
  if (fits(value)) return;
  throw new TokenwiseError("TW_E_PART_RESULT", `${what} is ${described(value)}, expected ${expected}`, {
    hint: "B rows = prompt·groupSize + candidate, T response tokens, P prompts, G candidates",
  });
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isTensor(value);

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

const described = (value: unknown): string =>
  isTensor(value)
    ? `a tensor [${(value as tf.Tensor).shape.join(", ")}]`
    : isPromise(value)
      ? "a promise"
      : typeof value === "function"
        ? "a function"
        : shown(value);
