import { TokenwiseError, type Factory } from "@tokenwise/kit";
import { slots } from "./method-spec.ts";

/** What a factory makes: "method", or the place of the part that it makes by default, such as "β controller". */
export function roleOf(factory: Factory): string {
  if (factory.kind === "method") return "method";
  const made = byDefault(factory);
  const slot = Object.values(slots).find(({ has }) => has in made);
  return slot ? slot.one.replace(/^an? /, "") : "part";
}

/** Nothing, for a factory that asks for options. */
function byDefault(factory: Factory): object {
  try {
    return factory() as object;
  } catch (error) {
    if (TokenwiseError.is(error)) return {};
    throw error;
  }
}
