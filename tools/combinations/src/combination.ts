/** A choice of parts, as configuration files write it and as code does. */
import { resolveMethod, type Registry } from "@tokenwise/core";
import { compose, type Method } from "@tokenwise/kit";
import { parse, stringify } from "yaml";
import { places, shortName, type Place } from "./parts.ts";

/** The qualified name of the part at each place; a place that is left out has the default. */
export type Combination = Readonly<Partial<Record<Place, string>>>;

export const nameOf = (combination: Combination): string =>
  places
    .flatMap((place) => combination[place] ?? [])
    .map(shortName)
    .join(" × ");

/** The value of `method:` in YAML. */
export const toYaml = ({ auxiliaries, ...rest }: Combination): string =>
  stringify({ ...rest, ...(auxiliaries !== undefined && { auxiliaries: [auxiliaries] }) });

export const fromYaml = (combination: Combination, registry: Registry): Method =>
  resolveMethod(parse(toYaml(combination)) as Parameters<typeof resolveMethod>[0], registry);

export function inCode({ auxiliaries, ...rest }: Combination, registry: Registry): Method {
  const make = (name: string): unknown => registry.find("part", name)();
  const made = Object.fromEntries(Object.entries(rest).map(([place, name]) => [place, make(name)]));
  return compose({
    ...made,
    ...(auxiliaries !== undefined && { auxiliaries: [make(auxiliaries)] }),
  } as unknown as Parameters<typeof compose>[0]);
}
