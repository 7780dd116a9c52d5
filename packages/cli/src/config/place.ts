import type { Path } from "@tokenwise/kit";
import type { GivenFlag } from "../flags/flag.ts";
import type { Source } from "./source.ts";

/**
 * How the place of a value is named: `--batch-size` where a flag gave it, `--method: loss.offset` where it gave what contains it,
 * else by the file, `tokenwise.yaml:3: optimizer.beta1`, and with the flag that has changed what is around it.
 */
export function placesOf(source: Source | undefined, flags: readonly GivenFlag[]): (path: Path) => string {
  return (path) => {
    const covering = flags.filter((given) => startsWith(path, given.path));
    const flag = covering.sort((a, b) => b.path.length - a.path.length)[0];
    const inner = flag && (Array.isArray(flag.value) ? [] : path.slice(flag.path.length));
    if (flag) return [`--${flag.name}`, ...(inner && inner.length > 0 ? [inner.join(".")] : [])].join(": ");
    const around = flags.filter((given) => chooses(given) && startsWith(path, given.path.slice(0, -1)));
    const named = [path.join("."), ...around.map(({ name, value }) => `with --${name} ${String(value)}`)].join(", ");
    return [...(source ? [source.at(path)] : []), ...(path.length > 0 ? [named] : [])].join(": ");
  };
}

const startsWith = (path: Path, start: Path): boolean => start.every((key, index) => key === path[index]);

/** A text or a boolean inside an object, such as `--optimizer.kind`, may decide what else belongs there. */
const chooses = ({ path, value }: GivenFlag): boolean =>
  path.length > 1 && (typeof value === "string" || typeof value === "boolean");
