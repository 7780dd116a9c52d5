/** Methods and parts by name, with options by schema: `tdpo({ alpha: 1 })` in code is `{ use: tdpo, alpha: 1 }` in YAML. */
import type { z } from "zod";
import { complaintsOf, spoken } from "../complaints.ts";
import { TokenwiseError } from "../errors.ts";
import { beyondSingle } from "../single-precision.ts";
import { guardCall } from "./call-part.ts";
import { stampedAs } from "./kit-copy.ts";
import { refuseForeignOptions } from "./options-schema.ts";
import type { Json } from "../requests/request.ts";
import type { Method } from "./method.ts";
import type { Part } from "./part.ts";

export interface Paper {
  readonly title: string;
  readonly url: string;
}

export interface Definition<O extends z.ZodObject, Out> {
  /** Lower-case words with hyphens; what YAML says after `use:`. */
  readonly name: string;
  readonly paper?: Paper;
  /** The schema gives the type, the defaults, the refusal of unknown keys and the JSON schema. */
  readonly options: O;
  readonly create: (options: z.output<O>) => Out;
}

export interface Factory<O extends z.ZodObject = z.ZodObject, Out = unknown> {
  (options?: z.input<O>): Out;
  readonly id: string;
  readonly kind: "method" | "part";
  /** Strict: its JSON schema refuses unknown keys too. */
  readonly options: O;
  readonly paper?: Paper;
}

/** A method by name. @throws TW_E_PLUGIN for a schema that is not of zod 4; TW_E_OPTIONS when called with options that it refuses. */
export const method = <O extends z.ZodObject>(definition: Definition<O, Method>): Factory<O, Method> =>
  factory("method", definition, (made, options) => ({ ...made, origin: { use: definition.name, options } }));

/** A part by name, for composing in YAML. @throws as `method`. */
export const part = <O extends z.ZodObject, T extends Part>(definition: Definition<O, T>): Factory<O, T> =>
  factory("part", definition, (made, options) => ({ ...made, options }));

function factory<O extends z.ZodObject, Out>(
  kind: Factory["kind"],
  { name, paper, options, create }: Definition<O, Out>,
  mark: (made: Out, options: Json) => Out,
): Factory<O, Out> {
  refuseForeignOptions(`the ${kind} "${name}"`, options);
  const schema = options.strict();
  const make = (given?: z.input<O>): Out => {
    const parsed = schema.safeParse(given ?? {});
    const complaints = parsed.success
      ? beyondSingle(parsed.data)
      : complaintsOf(schema, given ?? {}, parsed.error, "option");
    if (!parsed.success || complaints.length > 0) {
      const known = Object.keys(options.shape);
      throw new TokenwiseError("TW_E_OPTIONS", `${name}: ${spoken(complaints)}`, {
        hint: known.length > 0 ? `options of ${name}: ${known.join(", ")}` : `${name} takes no options`,
      });
    }
    const made = guardCall(`the ${kind} "${name}"`, () => create(parsed.data as z.output<O>));
    return mark(made, parsed.data as Json);
  };
  return stampedAs(
    Object.assign(make, { id: name, kind, options: schema as unknown as O, ...(paper ? { paper } : {}) }),
  );
}
