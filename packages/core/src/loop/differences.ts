/** Where two fingerprints differ, in the words of a configuration, as far as they are more than digests. */
import { stableJson, type Json } from "@tokenwise/kit";
import type { describeMethod, Fingerprint } from "./fingerprint.ts";

type Entries = Readonly<Record<string, Json>>;
type Method = ReturnType<typeof describeMethod>;

/** `learningRate 0.01, now 0.02`; `method.beta 0.2, now 0.3`. */
export function differences(before: Fingerprint, now: Fingerprint): readonly string[] {
  return [
    ...compare(before.settings, now.settings, (a: Json, b: Json) => leaves([], a, b)),
    ...compare(before.method, now.method, ofMethods),
  ];
}

function compare<T>(before: string, now: string, differ: (before: T, now: T) => readonly string[]): readonly string[] {
  if (before === now) return [];
  try {
    return differ(JSON.parse(before) as T, JSON.parse(now) as T);
  } catch {
    return []; // a file that something else has written
  }
}

/** What was written, before what followed from it. */
function ofMethods(before: Method, now: Method): readonly string[] {
  const [a, b] = [before.origin, now.origin];
  if (a?.use !== b?.use) return [changed("method", a?.use ?? "composed", b?.use ?? "composed")];
  const options = leaves(["method"], a?.options ?? {}, b?.options ?? {});
  if (options.length > 0) return options;
  const rest = [
    ...named(placed(before), placed(now)),
    ...leaves(["method", "weights"], [...before.weights], [...now.weights]),
    ...leaves(["method", "auxiliaries"], [...before.auxiliaries], [...now.auxiliaries]),
  ];
  return rest.length > 0 ? rest : ["what the parts of the method read"];
}

interface Named {
  readonly name: string;
  readonly options: Json;
}

/** The parts by their places, numbered where several have one. */
function placed({ parts, source, anchor }: Method): ReadonlyMap<string, Named> {
  const places = new Map<string, Named>();
  for (const { id, slot, options } of parts) {
    const count = parts.filter((other) => other.slot === slot).length;
    const index = [...places.keys()].filter((key) => key.split(".")[0] === slot).length;
    places.set(count > 1 ? `${slot}.${index}` : slot, { name: id, options });
  }
  if (source) places.set("source", source);
  if (anchor) places.set("anchor", anchor);
  return places;
}

function named(before: ReadonlyMap<string, Named>, now: ReadonlyMap<string, Named>): readonly string[] {
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((place) => {
    const [a, b] = [before.get(place), now.get(place)];
    if (a?.name !== b?.name) return [changed(`method.${place}`, a?.name, b?.name)];
    return leaves(["method", place], a?.options ?? {}, b?.options ?? {});
  });
}

function leaves(path: readonly string[], before: Json | undefined, now: Json | undefined): readonly string[] {
  if (isEntries(before) && isEntries(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return keys.flatMap((key) => leaves([...path, key], before[key], now[key]));
  }
  const same = before !== undefined && now !== undefined ? stableJson(before) === stableJson(now) : before === now;
  return same ? [] : [changed(path.join("."), before, now)];
}

const changed = (path: string, before: Json | undefined, now: Json | undefined): string =>
  `${path} ${shown(before)}, now ${shown(now)}`;

const shown = (value: Json | undefined): string => {
  const text = value === undefined ? "not set" : typeof value === "string" ? value : stableJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const isEntries = (value: Json | undefined): value is Entries =>
  typeof value === "object" && value !== null && !Array.isArray(value);
