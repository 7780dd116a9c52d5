/** Which requests a method makes, directly and through derived quantities. */
import { otherKitOf, requestKey, TokenwiseError, type Needs, type Request, type Role } from "@tokenwise/kit";
import { otherKit } from "../registry/copies.ts";
import { reductionsBehind } from "./captures.ts";
import type { PlannedPart } from "./parts.ts";

/** All requests by key, what they are computed from before themselves. */
export type RequestTable = ReadonlyMap<string, Request>;

/**
 * Collects the requests of all parts.
 *
 * @throws TW_E_REQUEST_CLASH  if one name has two definitions.
 * @throws TW_E_KIT_COPY       if a request comes of another copy of the kit, where every name has another definition.
 */
export function collectRequests(parts: readonly PlannedPart[], always: readonly Request[]): RequestTable {
  const table = new Map<string, Request>();
  const definitions = new Map<string, { readonly definition: unknown; readonly by: string }>();

  function add(request: Request, by: string): void {
    const copy = otherKitOf(request);
    if (copy) throw otherKit(`"${request.name}", which ${by} needs,`, copy);
    const name = `${request.kind}:${request.name}`;
    const definition = definitionOf(request);
    const earlier = definitions.get(name);
    if (earlier && earlier.definition !== definition)
      throw new TokenwiseError(
        "TW_E_REQUEST_CLASH",
        `"${request.name}" is defined twice, by ${earlier.by} and by ${by}`,
        { hint: "define a request once, at module level, and prefix its name with the plugin's" },
      );
    definitions.set(name, { definition, by });
    if (request.kind === "derived") for (const need of declared(request.needs)) add(need, by);
    for (const reduction of reductionsBehind(request)) add(reduction, by);
    table.set(requestKey(request), request);
  }

  for (const request of always) add(request, "the trainer");
  for (const { id, part } of parts) for (const need of declared(part.needs)) add(need, id);
  return table;
}

/** The requests of a declaration that are not left out by options. */
export const declared = (needs: Needs | undefined): readonly Request[] =>
  Object.values(needs ?? {}).filter((need) => need !== undefined);

/** Whether any of the requests reads a model. */
export const reads = (model: Role, requests: RequestTable): boolean =>
  [...requests.values()].some(({ models }) => models.includes(model));

function definitionOf(request: Request): unknown {
  if (request.kind === "vocabulary") return request.define;
  return request.kind === "derived" ? request.compute : request.kind;
}

/** Whether a request needs a forward pass of any model. */
export function needsForward(request: Request): boolean {
  if (request.kind === "data") return false;
  return request.kind === "derived" ? declared(request.needs).some(needsForward) : true;
}
