/** A run in memory: what the trainer owns, and the one way in which it changes. */
import type { PreferenceExample, Tokenizer } from "@tokenwise/data";
import { guardCall, tf, TokenwiseError, type AnchorPolicy, type Json, type StateSpec } from "@tokenwise/kit";
import { cloneModel, generate, type CausalModel } from "@tokenwise/model";
import { clipFactor, globalNorm } from "../optim/clip.ts";
import { adamW } from "../optim/adamw.ts";
import type { Optimizer, Update } from "../optim/optimizer.ts";
import { rmsProp } from "../optim/rmsprop.ts";
import { scheduleFactor, type Schedule } from "../optim/schedule.ts";
import { sgd } from "../optim/sgd.ts";
import { moveAnchor } from "./anchor.ts";
import { placeOf } from "../plan/dataset.ts";
import { anchorId, type Plan } from "../plan/plan.ts";
import { referenceLogProbs, type ReferenceLogProbs } from "../reference/log-probs.ts";
import { inspectBatch, type InspectedGroup } from "../step/inspect-batch.ts";
import { nonFinite } from "../step/method-pass.ts";
import { runStep } from "../step/run-step.ts";
import { sampleGroups } from "../step/source-groups.ts";
import type { Moment, Runtime, Sampling } from "../step/runtime.ts";
import { samplesId } from "../step/samples.ts";
import { createPartParameters, type PartParameters } from "./part-parameters.ts";
import type { Settings } from "./settings.ts";

/** Means over the step, under TRL's names. */
export type StepMetrics = Readonly<Record<string, number>>;

export interface SessionOptions {
  readonly plan: Plan;
  readonly policy: CausalModel;
  /** The reference where it is live and not the policy as it is now; owned by the caller. */
  readonly reference?: CausalModel | undefined;
  readonly referenceLogProbs?: ReferenceLogProbs | undefined;
  readonly settings: Settings;
  readonly schedule: Schedule;
  /** How parts' samples are drawn; default: by the model, to the end tokens that its folder names. */
  readonly sampling?: Partial<Sampling>;
}

interface Trained {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly weightDecay: number;
  readonly learningRateScale: number;
}

/** The mutable state of a run. Checkpoints save it and restore it whole. */
export class Session {
  readonly plan: Plan;
  readonly policy: CausalModel;
  readonly optimizer: Optimizer;
  readonly states = new Map<string, Json>();
  readonly partParameters: PartParameters;
  /** Optimizer steps taken. */
  step = 0;
  /** Stream tokens of all steps taken. */
  tokens = 0;
  readonly #options: SessionOptions;
  readonly #ownReference: CausalModel | undefined;
  readonly #trained: readonly Trained[];

  constructor(options: SessionOptions) {
    const { plan, policy, settings } = options;
    this.#options = options;
    [this.plan, this.policy] = [plan, policy];
    this.optimizer = createOptimizer(settings.optimizer);
    this.#ownReference =
      plan.reference === "live" && (!options.reference || plan.anchor)
        ? cloneModel(options.reference ?? policy)
        : undefined;
    this.partParameters = createPartParameters(plan.parts, policy, settings.seed);
    for (const { id, part } of plan.parts) this.#begin(id, part.state);
    this.#begin(anchorId, plan.anchor?.state);
    this.#trained = listTrained(policy, this.partParameters, settings);
  }

  /** The model that requests call "reference", if it is live. */
  get reference(): CausalModel | undefined {
    return this.plan.reference === "live" ? (this.#ownReference ?? this.#options.reference) : undefined;
  }

  /** One optimizer step on the examples. @throws TW_E_NON_FINITE, and then nothing has changed. */
  async train(examples: readonly PreferenceExample[]): Promise<StepMetrics> {
    const { settings, schedule, plan } = this.#options;
    const step = this.step + 1;
    const moment = { step, training: true };
    const { rows, runtime, metrics, tokens: sampled } = await codedAborts(this.#groupsOf(examples, moment));
    const result = await codedAborts(
      runStep(runtime, rows, {
        moment,
        tokens: settings.microBatchTokens,
        trained: this.#trained.map(({ variable }) => variable),
      }),
    );
    const learningRate = settings.learningRate * scheduleFactor(schedule, step);
    try {
      const norms = this.#norms(result.gradients);
      if (!Number.isFinite(norms.all)) throw nonFinite("the gradient norm", norms.all, examples.map(placeOf));
      const stateful = [...plan.parts, ...(plan.anchor ? [{ id: anchorId, part: plan.anchor }] : [])];
      const states = stateful.map(
        (each) => [each.id, result.tally.updatedState(each, this.states.get(each.id) ?? null, step)] as const,
      );
      this.#apply(result.gradients, learningRate, norms.all);
      for (const [id, state] of states) if (this.states.has(id)) this.states.set(id, state);
      if (result.samples !== undefined) this.states.set(samplesId, result.samples);
      if (plan.anchor && this.#ownReference) moveAnchor(this.#ownReference, this.policy, this.#keep(plan.anchor));
      this.step = step;
      this.tokens += sampled + result.tokens;
      const parts = this.partParameters.variables.size > 0 ? { "grad_norm/parts": norms.parts } : {};
      return {
        ...metrics,
        ...result.tally.means(),
        grad_norm: norms.policy,
        ...parts,
        learning_rate: learningRate,
        num_tokens: this.tokens,
      };
    } finally {
      tf.dispose([...result.gradients]);
    }
  }

  #begin(id: string, state: StateSpec | undefined): void {
    if (state) this.states.set(id, guardCall(`the state of ${id}`, () => state.init())); // prettier-ignore
  }

  #keep(anchor: AnchorPolicy): number {
    return guardCall(`anchor "${anchor.name}"`, () => anchor.keep(this.states.get(anchorId) ?? null));
  }

  /**
   * Means over examples, without a change of anything. Parts that see a whole step see `batchSize` examples at a time, as in
   * training.
   */
  async evaluate(examples: readonly PreferenceExample[]): Promise<StepMetrics> {
    const { batchSize, microBatchTokens: tokens } = this.#options.settings;
    const size = this.plan.coupled ? batchSize : examples.length;
    const moment = { step: this.step, training: false };
    const sums = new Map<string, { sum: number; count: number }>();
    for (let first = 0; first < examples.length; first += size) {
      const batch = examples.slice(first, first + size);
      const { rows, runtime, metrics } = await codedAborts(this.#groupsOf(batch, moment));
      const { tally } = await codedAborts(runStep(runtime, rows, { moment, tokens, trained: [] }));
      for (const [name, mean] of Object.entries({ ...metrics, ...tally.means() })) {
        const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
        sums.set(name, { sum: sum + mean * batch.length, count: count + batch.length });
      }
    }
    return Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count]));
  }

  /** What the method makes of each token of these examples, with the states as they are. */
  async inspect(examples: readonly PreferenceExample[], tokenizer: Tokenizer): Promise<readonly InspectedGroup[]> {
    const moment = { step: this.step, training: false };
    const { rows, runtime } = await this.#groupsOf(examples, moment);
    return inspectBatch(runtime, rows, { moment, tokenizer });
  }

  /** The examples, or what the method's source makes of their prompts, with the log-probs of what it sampled if they are the anchor. */
  async #groupsOf(examples: readonly PreferenceExample[], moment: Moment) {
    const { plan, policy, settings } = this.#options;
    const { source } = plan.method;
    if (!source) return { rows: examples, runtime: this.runtime, metrics: {}, tokens: 0 };
    const { examples: rows, metrics, tokens } = await sampleGroups(source, this.runtime, examples, moment);
    if (plan.reference !== "sampled") return { rows, runtime: this.runtime, metrics, tokens };
    const recorded = await referenceLogProbs(policy, rows, settings);
    return { rows, runtime: { ...this.runtime, referenceLogProbs: recorded }, metrics, tokens };
  }

  get runtime(): Runtime {
    const { plan, policy, referenceLogProbs, settings, sampling } = this.#options;
    return {
      plan,
      policy,
      reference: this.reference,
      referenceLogProbs,
      states: this.states,
      parameters: this.partParameters.trees,
      seed: settings.seed,
      recompute: settings.recompute,
      vocabularyRows: settings.vocabularyRows,
      sampling: { generate, stopTokens: policy.generationDefaults.stopTokens, decode: withoutTokenizer, ...sampling },
    };
  }

  /** Frees what this session made; the policy stays the caller's. */
  dispose(): void {
    this.optimizer.dispose();
    this.partParameters.dispose();
    this.#ownReference?.dispose();
  }

  #norms(gradients: readonly tf.Tensor[]): { policy: number; parts: number; all: number } {
    const size = this.policy.parameters.size;
    const [policy, parts] = [globalNorm(gradients.slice(0, size)), globalNorm(gradients.slice(size))];
    return { policy, parts, all: Math.hypot(policy, parts) };
  }

  #apply(gradients: readonly tf.Tensor[], learningRate: number, norm: number): void {
    const { clip } = this.#options.settings;
    const updates = this.#trained.map(({ name, variable, weightDecay, learningRateScale }, index): Update => ({
      name,
      variable,
      gradient: gradients[index]!,
      learningRate: learningRate * learningRateScale,
      weightDecay,
    }));
    this.optimizer.apply(updates, clip === null ? 1 : clipFactor(norm, clip));
  }
}

function withoutTokenizer(): never {
  throw new Error("this session was made without a tokenizer, so that no source can decode");
}

/** The wasm heap ends at 4 GB with an abort, after which that backend computes no more. */
async function codedAborts<T>(computation: Promise<T>): Promise<T> {
  try {
    return await computation;
  } catch (cause) {
    if (!isAbort(cause)) throw cause;
    throw new TokenwiseError("TW_E_BACKEND_ABORTED", "the backend ended in mid-step, probably for want of memory", {
      hint: "set recompute, lower microBatchTokens, or use another backend; resume from the last checkpoint",
      cause,
    });
  }
}

/** Of the backend, or of a part in which it came about. */
const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.message.startsWith("Aborted(") || isAbort(error.cause));

function createOptimizer(settings: Settings["optimizer"]): Optimizer {
  switch (settings.kind) {
    case "adamw":
      return adamW(settings);
    case "rmsprop":
      return rmsProp(settings);
    case "sgd":
      return sgd(settings);
  }
}

function listTrained(policy: CausalModel, parts: PartParameters, settings: Settings): readonly Trained[] {
  const decays = ({ shape }: tf.Tensor): boolean => settings.weightDecayOn === "all" || shape.length > 1;
  const ofPolicy = [...policy.parameters].map(([name, variable]) => ({
    name: `policy/${name}`,
    variable,
    weightDecay: decays(variable) ? settings.weightDecay : 0,
    learningRateScale: 1,
  }));
  const ofParts = [...parts.variables].map(([name, { variable, spec }]) => ({
    name: `parts/${name}`,
    variable,
    weightDecay: spec.optimizer?.weightDecay ?? (decays(variable) ? settings.weightDecay : 0),
    learningRateScale: spec.optimizer?.learningRateScale ?? 1,
  }));
  return [...ofPolicy, ...ofParts];
}
