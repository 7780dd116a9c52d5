/** A step: all micro-batches through the method, with or without gradients. Micro-batches make no difference to any number. */
import type { PreferenceExample } from "@tokenwise/data";
import { callCount, noGrad, tf, type Json, type PerCandidate, type PerPrompt } from "@tokenwise/kit";
import { plannedPart } from "../plan/plan.ts";
import { assemble, type MicroBatch } from "./assemble.ts";
import type { Call } from "./call-parts.ts";
import { decideTogether, type DecidedTogether } from "./coupled.ts";
import { accumulate, type Gradients } from "./gradients.ts";
import { methodPass, nothingDecided, type Decided, type StepTotals } from "./method-pass.ts";
import { prepareStep, type Prepared } from "./prepare.ts";
import { computeQuantities, dataQuantities } from "./quantities.ts";
import type { Moment, Runtime } from "./runtime.ts";
import { Tally } from "./tally.ts";
import { computeTargets } from "./targets.ts";
import { readOf } from "./view.ts";

export interface StepOptions {
  readonly moment: Moment;
  /** Stream tokens per micro-batch. */
  readonly tokens: number;
  /** What to differentiate by; nothing in evaluation. */
  readonly trained: readonly tf.Tensor[];
}

export interface StepResult {
  readonly tally: Tally;
  /** dL/d`trained`, in that order; owned by the caller. Empty in evaluation. */
  readonly gradients: Gradients;
  /** Tokens that ran through the policy: of the packed streams, attributions and samples. */
  readonly tokens: number;
  /** Samples that later steps use, for the states of the run. */
  readonly samples: Json | undefined;
}

/** Runs the examples of one optimizer step. Gives way to other tasks between micro-batches. */
export async function runStep(
  runtime: Runtime,
  examples: readonly PreferenceExample[],
  { moment, tokens, trained }: StepOptions,
): Promise<StepResult> {
  const tally = new Tally();
  const { batches, kept, tokens: before } = await prepareStep(runtime, examples, { moment, tokens, tally });
  const totals = countTotals(runtime, batches);
  const together = runtime.plan.coupled ? decideTogether(runtime, batches, totals, moment, tally) : undefined;
  let [gradients, streamed, first]: [Gradients, number, number] = [[], before, 0];
  try {
    for (const batch of batches) {
      await new Promise((resolve) => setImmediate(resolve));
      const pass = (): tf.Scalar => {
        const micro = assemble(batch.examples);
        streamed += micro.stream.ids.length;
        const decided = sliceOf(together, first, batch.examples.length);
        return methodPass(callFor(runtime, batch, micro, moment, tally), micro, totals, decided);
      };
      if (moment.training) gradients = accumulate(gradients, pass, trained);
      else tf.tidy(() => void pass());
      first += batch.examples.length;
    }
    return { tally, gradients, tokens: streamed, samples: kept };
  } catch (error) {
    tf.dispose([...gradients]);
    throw error;
  } finally {
    together?.dispose();
  }
}

/** The call context of a micro-batch: quantities on the tape, targets off it. */
export function callFor(runtime: Runtime, prepared: Prepared, micro: MicroBatch, moment: Moment, tally: Tally): Call {
  const quantities = computeQuantities(runtime, micro, prepared.attributions);
  const samples = new Map(
    prepared.samples.map(({ sample, examples, attributions }) => {
      const own = assemble(examples);
      const computing = { ...runtime, plan: sample, referenceLogProbs: undefined };
      return [sample.id, { batch: own.batch, quantities: computeQuantities(computing, own, attributions) }];
    }),
  );
  const { batch } = micro;
  return { runtime, moment, tally, batch, quantities, samples, ...computeTargets(runtime.plan, micro, quantities) };
}

/** Prompts and auxiliary counts of the whole step, before any forward pass. */
function countTotals(runtime: Runtime, batches: readonly Prepared[]): StepTotals {
  const { auxiliaries = [] } = runtime.plan.method;
  const prompts = batches.reduce((sum, { examples }) => sum + examples.length, 0);
  if (auxiliaries.length === 0) return { prompts, auxiliaries: [] };
  const counts = batches.map(({ examples }) =>
    tf.tidy(() => {
      const micro = assemble(examples);
      const quantities = dataQuantities(runtime.plan.requests, micro);
      const { preferred } = computeTargets(runtime.plan, micro, quantities);
      return auxiliaries.map((auxiliary) => {
        const { id } = plannedPart(runtime.plan, auxiliary);
        const read = readOf(id, auxiliary.needs, quantities);
        return callCount(id, () => auxiliary.count({ batch: micro.batch, preferred, read }));
      });
    }),
  );
  return {
    prompts,
    auxiliaries: auxiliaries.map((_, index) => counts.reduce((sum, row) => sum + row[index]!, 0)),
  };
}

/** What was decided for prompts `first` … `first + size − 1`. */
function sliceOf(together: DecidedTogether | undefined, first: number, size: number): Decided {
  if (!together) return nothingDecided;
  const perPrompt = (x: PerPrompt): PerPrompt => noGrad(() => tf.slice(x, [first], [size]));
  const perCandidate = (x: PerCandidate): PerCandidate => noGrad(() => tf.slice(x, [first, 0], [size, -1]));
  return {
    ...(together.beta ? { beta: perPrompt(together.beta) } : {}),
    ...(together.emphasis ? { emphasis: perPrompt(together.emphasis) } : {}),
    scoreGradients: new Map([...together.scoreGradients].map(([index, x]) => [index, perCandidate(x)])),
  };
}
