import {
  isParameterSpec,
  tf,
  type Json,
  type ModelDimensions,
  type ParameterTree,
  type Part,
  type TokenWeights,
} from "@tokenwise/kit";

/** Where in a run a step is taken. */
export interface Moment {
  /** Default true. */
  readonly training?: boolean;
  /** The optimizer step that is taken, from 1. */
  readonly step?: number;
  readonly seed?: number;
  /** The states before the step; a part that is not in it begins. */
  readonly states?: ReadonlyMap<Part, Json>;
  /** Trainable tensors by `part/path`; what is not in it is initialized. */
  readonly parameters?: Readonly<Record<string, tf.Tensor>>;
  /** For initial values. */
  readonly dimensions?: ModelDimensions;
  /** Sees what parts do. */
  readonly probe?: Probe;
}

/** For tests that look into a step. */
export interface Probe {
  /** A declared need is handed to a part: it gets what this returns. */
  need?(part: Part, name: string, value: unknown): unknown;
  /** A part reads a member of its view that it declared: "needs", "state", "samples" or "parameters". */
  touched?(part: Part, member: ViewMember, name: string): void;
  /** A part asks for a seed. */
  seeded?(part: Part, name: string): void;
  /** The weighter has given weights: they become what this returns. */
  weights?(weights: TokenWeights): TokenWeights;
}
export type ViewMember = "needs" | "state" | "samples" | "parameters";

export const stateOf = (part: Part, { states }: Moment): Json => states?.get(part) ?? part.state?.init() ?? null;

/** The parameters of parts as a list by name, `part/path.to.tensor`. */
export function namedParameters(parts: readonly Part[], moment: Moment): ReadonlyMap<string, tf.Tensor> {
  const named = new Map<string, tf.Tensor>();
  const visit = (tree: ParameterTree, path: string): void => {
    for (const [key, node] of Object.entries(tree)) {
      const name = path.endsWith("/") ? path + key : `${path}.${key}`;
      if (!isParameterSpec(node)) visit(node, name);
      else named.set(name, moment.parameters?.[name] ?? initial(node, moment));
    }
  };
  for (const part of parts) if (part.parameters) visit(part.parameters, `${part.name}/`);
  return named;
}

function initial(spec: { init(model: ModelDimensions, seed: number): tf.Tensor }, { dimensions, seed = 0 }: Moment) {
  const nothing = { layers: 0, heads: 0, width: 0, vocabulary: 0, initializerRange: 0 };
  return spec.init(dimensions ?? nothing, seed);
}

/** The tensors of one part, at their places in its tree. */
export function treeOf(part: Part, named: ReadonlyMap<string, tf.Tensor>): Record<string, unknown> {
  const build = (tree: ParameterTree, path: string): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(tree).map(([key, node]) => {
        const name = path.endsWith("/") ? path + key : `${path}.${key}`;
        return [key, isParameterSpec(node) ? named.get(name) : build(node, name)];
      }),
    );
  return part.parameters ? build(part.parameters, `${part.name}/`) : {};
}
