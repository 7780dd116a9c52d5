/**
 * Samples of a step: one response for each row and each sample that a part declares, drawn from the policy before the step is cut into
 * micro-batches, so that the cut changes nothing. What is drawn depends on the run's seed, the step, the part and the sample's name; in
 * evaluation on all of them but the step, so that two evaluations compare models, not draws.
 */
import type { PreferenceExample } from "@tokenwise/data";
import { TokenwiseError, type Json } from "@tokenwise/kit";
import { exampleKey } from "../annotate/example-key.ts";
import { placeOf } from "../plan/dataset.ts";
import type { PlannedSample } from "../plan/samples.ts";
import { seedFrom } from "../random.ts";
import { streamLength } from "./assemble.ts";
import type { Moment, Runtime } from "./runtime.ts";
import type { Tally } from "./tally.ts";

/** The state that keeps samples for later steps; no part can have this name. */
export const samplesId = "#samples";

/** A row's sample, and the step in which it was drawn. */
interface Kept {
  readonly step: number;
  readonly ids: readonly number[];
}
/** By the key of the row. */
type Shelf = Readonly<Record<string, Kept>>;

export interface SamplesOfStep {
  /** Each sample as examples with one candidate, row by row of the step. */
  readonly drawn: ReadonlyMap<PlannedSample, readonly PreferenceExample[]>;
  /** The state after the step; undefined if nothing is kept. */
  readonly kept: Json | undefined;
  /** Tokens of prompts and responses that ran through the policy for it. */
  readonly tokens: number;
}

/** Draws what is not kept from earlier steps. */
export function drawSamples(
  runtime: Runtime,
  samples: readonly PlannedSample[],
  examples: readonly PreferenceExample[],
  moment: Moment,
  tally: Tally,
): SamplesOfStep {
  const shelves = (runtime.states.get(samplesId) ?? {}) as unknown as Readonly<Record<string, Shelf>>;
  const drawn = new Map<PlannedSample, readonly PreferenceExample[]>();
  const kept = { ...shelves };
  let tokens = 0;
  for (const sample of samples) {
    const every = moment.training ? (sample.generate.every ?? 1) : 1;
    const keys = every > 1 ? examples.map(exampleKey) : [];
    const shelf = every > 1 ? youngerThan(every, shelves[sample.id] ?? {}, moment) : {};
    const missing = examples.flatMap((_, row) => (shelf[keys[row] ?? ""] ? [] : [row]));
    const responses = responsesTo(missing, examples, sample, runtime, moment);
    const rows = examples.map((example, row) =>
      exampleOf(example, responses.get(row) ?? Int32Array.from(shelf[keys[row]!]!.ids), sample, runtime),
    );
    if (every > 1) {
      const fresh = [...responses].map(([row, ids]) => [keys[row]!, { step: moment.step, ids: [...ids] }] as const);
      kept[sample.id] = { ...shelf, ...Object.fromEntries(fresh) };
      tally.add(`${sample.id}-drawn`, missing.length, examples.length);
    }
    drawn.set(sample, rows);
    tokens += missing.reduce((sum, row) => sum + streamLength(rows[row]!), 0);
    report(sample, rows, tally);
  }
  return { drawn, tokens, kept: Object.keys(kept).length > 0 ? (kept as unknown as Json) : undefined };
}

const youngerThan = (every: number, shelf: Shelf, { step: now }: Moment): Shelf =>
  Object.fromEntries(Object.entries(shelf).filter(([, { step }]) => now - step < every));

/** Responses by row. A row that is near the end of the model's context gets what room there is. */
function responsesTo(
  rows: readonly number[],
  examples: readonly PreferenceExample[],
  { id, generate: spec }: PlannedSample,
  { policy, sampling, seed }: Runtime,
  { step, training }: Moment,
): ReadonlyMap<number, Int32Array> {
  const promptOf = (row: number): Int32Array => examples[row]!.prompt;
  const roomOf = (row: number): number =>
    Math.min(spec.maxNewTokens, policy.config.maxPositionEmbeddings - promptOf(row).length);
  const responses = new Map<number, Int32Array>();
  for (const maxNewTokens of new Set(rows.map(roomOf))) {
    const alike = rows.filter((row) => roomOf(row) === maxNewTokens);
    const generated = sampling.generate(policy, alike.map(promptOf), {
      maxNewTokens,
      temperature: spec.temperature,
      topK: spec.topK,
      topP: spec.topP,
      stopTokens: sampling.stopTokens,
      seed: seedFrom(seed, training ? step : "evaluation", id, maxNewTokens),
    });
    alike.forEach((row, index) => responses.set(row, generated[index]!));
  }
  return responses;
}

/**
 * An end token that was drawn belongs to the response, and is no text. A response without a token is the end token alone.
 *
 * @throws TW_E_EXAMPLE  for a response without a token where no end token is known.
 */
function exampleOf(
  example: PreferenceExample,
  given: Int32Array,
  { id }: PlannedSample,
  { sampling: { stopTokens } }: Runtime,
): PreferenceExample {
  const ids = given.length > 0 ? given : Int32Array.from(stopTokens.slice(0, 1));
  if (ids.length === 0)
    throw new TokenwiseError("TW_E_EXAMPLE", `${placeOf(example)}: the sample ${id} has no token`, {
      hint: "name an end token in the model's generation_config.json, or sample at least one token",
    });
  const ended = stopTokens.includes(ids.at(-1)!);
  const candidates = [{ ids, content: ids.length - (ended ? 1 : 0) }];
  return { source: example.source, prompt: example.prompt, candidates };
}

/** Tokens of a sample, and the share of those that ended at once: of the end token alone. */
function report({ id }: PlannedSample, rows: readonly PreferenceExample[], tally: Tally): void {
  for (const { candidates } of rows) {
    const { ids, content } = candidates[0]!;
    tally.add(`${id}-tokens`, ids.length, 1);
    tally.add(`${id}-empty`, Number(content === 0), 1);
  }
}
