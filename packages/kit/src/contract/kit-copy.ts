/**
 * Which copy of this package made a value. Two copies in one project define every request twice, so what comes of another one is
 * recognized by the stamp that each copy leaves on factories, plugins and requests, under a symbol that all copies share.
 */
import { version } from "../version.ts";

const key = Symbol.for("tokenwise.kit");

export interface KitCopy {
  readonly version: string;
  /** Where it is installed. */
  readonly folder: string;
}

/** This copy. */
export const ownKit: KitCopy = Object.freeze({ version, folder: folderOf(import.meta.url) });

const shared = globalThis as { [key]?: readonly KitCopy[] };
shared[key] = [...(shared[key] ?? []), ownKit];

/** Every copy that this process has loaded, in that order. */
export const loadedKits = (): readonly KitCopy[] => shared[key] ?? [];

/** The other copy that made a value; undefined for one of this copy, or of none. */
export function otherKitOf(value: unknown): KitCopy | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || !(key in value)) return undefined;
  const copy = value[key] as KitCopy;
  return copy === ownKit ? undefined : copy;
}

/** Marks a value that is handed on as it is. */
export const stampedAs = <T extends object>(value: T): T => Object.defineProperty(value, key, { value: ownKit });

/** Marks a value that may be spread: its copies keep the stamp. */
export const withStamp = <T extends object>(value: T): T => ({ ...value, [key]: ownKit });

/** From the URL of a module in `dist` or `src`, without Node's modules: parts run in browsers too. */
function folderOf(url: string): string {
  const path = decodeURIComponent(url.replace(/^file:\/\//, ""));
  return path.replace(/\/(dist|src)\/(?!.*\/(dist|src)\/).*$/, "");
}
