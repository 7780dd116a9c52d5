/** Views of parts, and the calls of a method in their order. */
import {
  callPart,
  callTensor,
  expectShape,
  noGrad,
  partTitle,
  preferFirst,
  tf,
  TokenwiseError,
  type Method,
  type Objective,
  type Part,
  type PerCandidate,
  type PerPrompt,
  type PreferenceBatch,
  type Report,
  type Shape,
  type TokenWeights,
  type View,
} from "@tokenwise/kit";
import type { Given } from "./given.ts";
import { stateOf, treeOf, type Moment, type ViewMember } from "./moment.ts";
import { readAll, reader, type Reader } from "./read.ts";

/** Everything that a call of a part depends on. */
export interface Context {
  readonly batch: PreferenceBatch;
  readonly read: Reader;
  readonly targets: PerCandidate;
  readonly preferred: PerCandidate;
  readonly samples: Readonly<Record<string, Given>>;
  readonly moment: Moment;
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  /** Takes in what a part reports. */
  readonly tell: (part: Part, report: Report<Shape>) => void;
}

export function contextOf(
  method: Method,
  given: Given,
  rest: Pick<Context, "moment" | "parameters" | "tell">,
): Context {
  const [{ batch }, read] = [given, reader(given)];
  const policy = method.targets ?? preferFirst();
  const own = reader(given); // off the tape: what it computed is not to be read on it
  const targets = callTensor(partTitle("targets", policy.name), "P, G", () =>
    noGrad(() => policy.targets({ batch, read: needsOf(policy, own, rest.moment) })),
  );
  expectShape(targets, [batch.prompts, batch.groupSize], partTitle("targets", policy.name));
  // By comparison: oneHot refuses groups of one.
  const first = tf.expandDims(tf.argMax(targets, 1), 1);
  const preferred = tf.cast(tf.equal(first, tf.range(0, batch.groupSize, 1, "int32")), "float32");
  return { batch, read, targets, preferred, samples: given.samples ?? {}, ...rest };
}

/** The needs of a part; what it did not declare is refused where there was no compiler to refuse it. */
function needsOf(part: Part, read: Reader, moment: Moment): View["read"] {
  const values = Object.entries(readAll(part.needs ?? {}, read)).map(([name, value]) => [
    name,
    value === undefined ? value : (moment.probe?.need?.(part, name, value) ?? value),
  ]);
  return guarded(part, "needs", Object.fromEntries(values) as View["read"], moment);
}

function guarded<T extends object>(part: Part, member: ViewMember, values: T, { probe }: Moment): T {
  return new Proxy(values, {
    get(target, name, receiver) {
      if (typeof name === "symbol") return Reflect.get(target, name, receiver) as unknown;
      if (!(name in target))
        throw new TokenwiseError("TW_E_UNDECLARED_READ", `${part.name} reads "${name}", which it did not declare`, {
          hint: `add it to the part's \`${member}\`; declared: ${Object.keys(target).join(", ") || "nothing"}`,
        });
      probe?.touched?.(part, member, name);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}

export function viewOf(part: Part, { batch, read, targets, preferred, samples, moment, parameters }: Context): View {
  const sample = Object.entries(part.samples ?? {}).map(([name, { needs }]) => {
    const given = samples[name];
    if (!given) throw new Error(`no sample "${name}" in the table`);
    return [name, { batch: given.batch, read: readAll(needs, reader(given)) }];
  });
  return {
    batch,
    read: needsOf(part, read, moment),
    targets,
    preferred,
    sample: guarded(part, "samples", Object.fromEntries(sample) as View["sample"], moment),
    parameters: guarded(part, "parameters", treeOf(part, parameters) as View["parameters"], moment),
    state: stateOf(part, moment),
    training: moment.training ?? true,
    seed(name) {
      moment.probe?.seeded?.(part, name);
      return seedOf(`${moment.seed ?? 0} ${moment.step ?? 1} ${part.name} ${name}`);
    },
  };
}

const seedOf = (text: string): number =>
  [...text].reduce((hash, character) => (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0, 7);

/** w and v, [B, T]; ones where the method does not say. */
export function weigh({ weighter }: Method, context: Context): TokenWeights {
  const ones = tf.onesLike(context.batch.responseMask);
  const { probe } = context.moment;
  if (!weighter) return probe?.weights?.({ reward: ones, divergence: ones }) ?? { reward: ones, divergence: ones };
  const given = callPart("weighter", weighter.name, () => weighter.weigh(viewOf(weighter, context)));
  const { reward = ones, divergence = ones, ...report } = given;
  context.tell(weighter, report);
  const checked = (weights: tf.Tensor) => expectShape(weights, ones.shape, partTitle("weighter", weighter.name));
  const weights = { reward: checked(reward), divergence: checked(divergence) };
  return probe?.weights?.(weights) ?? weights;
}

/** s and the reward that is logged, [P, G]. */
export function score({ scorer }: Objective, weights: TokenWeights, context: Context) {
  const given = callPart("scorer", scorer.name, () => scorer.score(viewOf(scorer, context), weights));
  const { score: scores, reward = scores, ...report } = given;
  context.tell(scorer, report);
  const checked = (x: PerCandidate) =>
    expectShape(x, context.batch.candidateMask.shape, partTitle("scorer", scorer.name));
  return { scores: checked(scores), reward: checked(reward) };
}

/** β [P], off the tape. */
export function control({ beta: controller }: Method, context: Context): PerPrompt {
  const { beta, ...report } = callPart("beta", controller.name, () =>
    noGrad(() => controller.control(viewOf(controller, context))),
  );
  context.tell(controller, report);
  const { prompts } = context.batch;
  return typeof beta === "number"
    ? tf.fill([prompts], beta)
    : expectShape(beta, [prompts], partTitle("beta", controller.name));
}

/** ω [P], off the tape. */
export function emphasize({ emphasis }: Method, context: Context): PerPrompt {
  const { prompts } = context.batch;
  if (!emphasis) return tf.ones([prompts]);
  const { weight, ...report } = callPart("emphasis", emphasis.name, () =>
    noGrad(() => emphasis.emphasize(viewOf(emphasis, context))),
  );
  context.tell(emphasis, report);
  return expectShape(weight, [prompts], partTitle("emphasis", emphasis.name));
}

/** ℓ [P]. */
export function lose({ loss: part }: Objective, scores: PerCandidate, beta: PerPrompt, context: Context): PerPrompt {
  const { loss, ...report } = callPart("loss", part.name, () => part.loss(viewOf(part, context), { scores, beta }));
  context.tell(part, report);
  return expectShape(loss, [context.batch.prompts], partTitle("loss", part.name));
}
