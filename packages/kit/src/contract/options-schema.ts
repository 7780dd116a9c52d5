/** What a schema of options must be. Types say it too, but plugins come compiled, and some with another zod. */
import { TokenwiseError } from "../errors.ts";

/**
 * Refuses what is not a `z.object` of zod 4. Two copies of zod 4 read each other's schemas, by `_zod`; those of zod 3 and of other
 * libraries have other insides.
 *
 * @param owner  begins the message: `the method "own"`.
 * @throws TW_E_PLUGIN
 */
export function refuseForeignOptions(owner: string, options: unknown): void {
  const found = foreign(options);
  if (found === undefined) return;
  throw new TokenwiseError("TW_E_PLUGIN", `${owner}: its options are ${found}, not a z.object({ … }) of zod 4`, {
    hint: 'npm install zod@^4 in the package that makes it, and write options: z.object({ … }) with import { z } from "zod"',
  });
}

/** What options are instead; undefined for what they should be. */
function foreign(options: unknown): string | undefined {
  if (!isObject(options)) return options === undefined ? "missing" : `a ${typeof options}`;
  if (!isObject(options._zod)) return schemaOf(options) ?? "an object without a schema";
  const { type } = (isObject(options._zod.def) ? options._zod.def : {}) as { readonly type?: unknown };
  if (type !== "object") return `a zod schema of the kind "${String(type)}"`;
  if (typeof options.strict !== "function") return "a schema of zod/mini";
  return foreignMember(options._zod.def as Entries);
}

/** Zod 4 takes a schema of another library as a member, and fails when it is used. */
function foreignMember({ shape }: Entries): string | undefined {
  const member = Object.entries(isObject(shape) ? shape : {}).find(([, one]) => !isObject(one) || !isObject(one._zod));
  if (!member) return undefined;
  const [key, one] = member;
  return `an object whose "${key}" is ${(isObject(one) ? schemaOf(one) : undefined) ?? "no schema"}`;
}

/** A schema of another library says who made it (standardschema.dev); zod 3 did so from 3.24 on. */
function schemaOf(options: Entries): string | undefined {
  if (isObject(options._def) && "typeName" in options._def) return "a schema of zod 3";
  const standard = options["~standard"];
  return isObject(standard) ? `a schema of ${String(standard.vendor)}` : undefined;
}

type Entries = Readonly<Record<string, unknown>>;

/** Schemas of some libraries are functions. */
const isObject = (value: unknown): value is Entries =>
  (typeof value === "object" && value !== null) || typeof value === "function";
