/** Views: what a part may see, and nothing else. */
import {
  requestKey,
  TokenwiseError,
  type Needs,
  type Part,
  type PerCandidate,
  type PreferenceBatch,
  type View,
} from "@tokenwise/kit";
import type { PlannedPart } from "../plan/parts.ts";
import { seedFrom } from "../random.ts";
import type { Quantities } from "./quantities.ts";
import type { Moment, Runtime } from "./runtime.ts";

export interface ViewContext {
  readonly runtime: Runtime;
  readonly moment: Moment;
  readonly batch: PreferenceBatch;
  readonly quantities: Quantities;
  /** By `part/name`. */
  readonly samples: ReadonlyMap<string, SampleValues>;
  readonly targets: PerCandidate;
  readonly preferred: PerCandidate;
}

export interface SampleValues {
  readonly batch: PreferenceBatch;
  readonly quantities: Quantities;
}

/** The view of one part. */
export function viewOf({ id, part }: PlannedPart, context: ViewContext): View {
  const { runtime, moment, batch, quantities, samples, targets, preferred } = context;
  const sampled = Object.entries(part.samples ?? {}).flatMap(([name, { needs }]) => {
    const values = samples.get(`${id}/${name}`);
    return values ? [[name, { batch: values.batch, read: readOf(id, needs, values.quantities) }] as const] : [];
  });
  return {
    batch,
    targets,
    preferred,
    training: moment.training,
    read: readOf(id, part.needs, quantities),
    sample: guarded(id, "samples", Object.fromEntries(sampled)),
    parameters: guarded(id, "parameters", runtime.parameters.get(id) ?? {}) as View["parameters"],
    state: runtime.states.get(id) ?? null,
    seed: (name) => seedFrom(runtime.seed, moment.step, id, name),
  };
}

/** The declared needs by name; anything else is refused. */
export function readOf(id: string, needs: Needs | undefined, quantities: Quantities): View["read"] {
  const values = Object.entries(needs ?? {}).map(([name, need]) => [name, need && quantities.get(requestKey(need))]);
  return guarded(id, "needs", Object.fromEntries(values) as Record<string, unknown>);
}

/** The compiler refuses undeclared names; this refuses them where there was no compiler. */
function guarded<T extends object>(id: string, member: keyof Part, values: T): T {
  return new Proxy(values, {
    get(target, name, receiver) {
      if (typeof name === "symbol" || name in target) return Reflect.get(target, name, receiver) as unknown;
      throw new TokenwiseError("TW_E_UNDECLARED_READ", `${id} reads "${name}", which it did not declare`, {
        hint: `add it to the part's \`${member}\`; declared: ${Object.keys(target).join(", ") || "nothing"}`,
      });
    },
  });
}
