/** What a page shows. Plain data: everything here goes through JSON. */

export interface Report {
  readonly title: string;
  /** Runs share the charts; their names must differ. None for a page that shows tokens or a comparison only. */
  readonly runs: readonly ReportRun[];
  readonly comparison?: Comparison;
  /** Before the comparison, as they are. */
  readonly tables?: readonly ReportTable[];
  /** Tokens of the same sentences by method, beside those that the runs bring. */
  readonly tokens?: TokenMaps;
  /** Shown as paragraphs under the title, as plain text. */
  readonly notes?: readonly string[];
}

export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** As many texts as columns; the first one names the row. */
  readonly rows: readonly (readonly string[])[];
  /** A paragraph under the table. */
  readonly caption?: string;
}

export interface ReportRun {
  readonly name: string;
  /** As `run.json` holds it; shown as JSON. `clip`, if it is a number, marks clipped steps. */
  readonly configuration: unknown;
  readonly environment: Environment;
  /** In order. */
  readonly steps: readonly MeasuredStep[];
  /** In order; step 0 is before the first update. */
  readonly evaluations: readonly MeasuredStep[];
  /** In order; the first is taken as before training, the last as after it. */
  readonly samples?: readonly SampleSet[];
  /** In order; the last one is shown first. */
  readonly tokens?: readonly TokenSet[];
  /** Rows of the data that were not used. */
  readonly dropped?: readonly DroppedRow[];
  /** Sentences. What the page finds in the curves itself needs not stand here. */
  readonly warnings: readonly string[];
  /** Default: ended. */
  readonly state?: RunState;
}

export type RunState = "running" | "interrupted" | "failed" | "ended";

/** Name to value, in the order in which they are shown. */
export type Environment = Readonly<Record<string, string | number>>;

export interface MeasuredStep {
  readonly step: number;
  /** Under the names of `metrics.jsonl`: `loss`, `rewards/margins`, `part/metric`. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface SampleSet {
  readonly step: number;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly prompt: string;
  readonly response: string;
}

export interface DroppedRow {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly reason: string;
}

export interface TokenSet {
  readonly step: number;
  readonly groups: readonly TokenGroup[];
}

export interface TokenMaps {
  readonly methods: readonly { readonly name: string; readonly groups: readonly TokenGroup[] }[];
}

/** A prompt with its candidates; a pair is [chosen, rejected]. What `inspect` of `@tokenwise/core` returns has this shape. */
export interface TokenGroup {
  /** Where the row is from. Groups of one prompt and the same responses are shown together, one line per method. */
  readonly source: { readonly file: string; readonly line: number };
  readonly prompt: string;
  readonly beta: number;
  /** ω, the weight of the prompt. */
  readonly emphasis: number;
  /** ℓ, without ω. */
  readonly loss: number;
  /** Null for a missing one. */
  readonly candidates: readonly (TokenCandidate | null)[];
}

export interface TokenCandidate {
  /** The probability that it is the preferred one. */
  readonly target: number;
  /** s, and β times the reward. */
  readonly score: number;
  readonly reward: number;
  readonly tokens: readonly TokenValue[];
}

export interface TokenValue {
  readonly text: string;
  /** Text of the response, not an end token. */
  readonly content: boolean;
  /** log π(y_t), in nats. */
  readonly logProb?: number;
  /** ρ_t = log π(y_t) − log π_ref(y_t), in nats; none without a reference. */
  readonly ratio?: number;
  /** w_t and v_t: what the log-ratio and the divergence weigh. */
  readonly weight: number;
  readonly divergenceWeight: number;
}

/** Reward against KL(π ‖ π_ref). */
export interface Comparison {
  /** What the reward is, in a few words, for the axis. */
  readonly reward: string;
  /** Unit of KL, for the axis; default: nats per response. */
  readonly kl?: string;
  readonly series: readonly ComparisonSeries[];
  /** What no policy of the same KL exceeds, in order of KL. */
  readonly ceiling?: readonly CeilingPoint[];
  /** A paragraph under the chart. */
  readonly caption?: string;
}

export interface ComparisonSeries {
  /** A method, or a control; its colour and name in the legend. */
  readonly name: string;
  readonly kind: "method" | "best-of-n" | "control" | "reference";
  /** Joined by a line in the order given, such as best of 1, 2, 4, …; default: false. */
  readonly joined?: boolean;
  readonly points: readonly ComparisonPoint[];
}

export interface ComparisonPoint {
  /** Tells a point from the others of its series: a seed, an n, a step. */
  readonly label?: string;
  readonly kl: Interval;
  readonly reward: Interval;
}

/** A value, and the ends of its interval where one is known. */
export interface Interval {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface CeilingPoint {
  readonly kl: number;
  readonly reward: number;
  readonly low?: number;
  readonly high?: number;
}
