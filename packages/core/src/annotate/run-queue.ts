/** Forward passes for annotators: calls that wait at the same time share packed streams, and prompts in them. */
import { requestKey, stableJson, TokenwiseError, type Needs, type Request } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";
import { declared } from "../plan/requests.ts";
import { isPerPromptToken } from "../step/attention-values.ts";
import { readRequests } from "../step/read-requests.ts";

export interface RunOptions {
  readonly models: Readonly<Record<string, CausalModel>>;
  readonly microBatchTokens: number;
  readonly vocabularyRows?: number | undefined;
}

type Values = Readonly<Record<string, Float32Array>>;

interface Call {
  /** For messages. */
  readonly place: string;
  readonly prompt: Int32Array;
  readonly response: Int32Array;
  readonly needs: Needs;
  readonly resolve: (values: Values) => void;
  readonly reject: (error: unknown) => void;
}

export class RunQueue {
  #calls: Call[] = [];

  constructor(readonly options: RunOptions) {}

  /**
   * @throws TW_E_UNSUPPORTED    for a request that is neither computed per response token nor attention; for the former without a response.
   * @throws TW_E_UNKNOWN_MODEL  for a model that is not among those of the annotator.
   * @throws TW_E_TOO_LONG, TW_E_TOKEN_RANGE  for tokens that a model cannot read.
   */
  run(place: string, prompt: Int32Array, response: Int32Array, needs: Needs): Promise<Values> {
    return new Promise((resolve, reject) => {
      for (const need of declared(needs)) checkRequest(need);
      if (response.length === 0 && !declared(needs).every(isPerPromptToken))
        throw unsupported(`${place}: values per response token without a response`);
      this.#checkTokens(place, needs, prompt, response);
      if (this.#calls.length === 0) setImmediate(() => void this.#flush());
      this.#calls.push({ place, prompt, response, needs, resolve, reject });
    });
  }

  async #flush(): Promise<void> {
    const calls = this.#calls;
    this.#calls = [];
    for (const alike of groups(calls, ({ needs }) => keyOf(needs))) {
      try {
        await this.#serve(alike);
      } catch (error) {
        for (const { reject } of alike) reject(error);
      }
    }
  }

  /** Calls with the same needs: an example for each prompt, its responses as candidates. */
  async #serve(calls: readonly Call[]): Promise<void> {
    const trees = groups(calls, ({ prompt }) => bytesOf(prompt));
    const size = Math.max(...trees.map(({ length }) => length));
    const examples = trees.map((tree) => ({
      source: { file: tree[0].place, line: 0 },
      prompt: tree[0].prompt,
      candidates: Array.from({ length: size }, (_, index) => {
        const ids = tree[index]?.response;
        return ids ? { ids, content: ids.length } : null;
      }),
    }));
    const values = await readRequests({ ...this.options, examples, needs: calls[0]!.needs });
    trees.forEach((tree, row) =>
      tree.forEach(({ resolve }, index) =>
        resolve(Object.fromEntries(Object.entries(values).map(([name, rows]) => [name, rows[row * size + index]!]))),
      ),
    );
  }

  #checkTokens(place: string, needs: Needs, prompt: Int32Array, response: Int32Array): void {
    const length = prompt.length + response.length;
    for (const role of new Set(declared(needs).flatMap(rolesOf))) {
      const config = this.options.models[role]?.config;
      if (!config) continue;
      if (length > config.maxPositionEmbeddings)
        throw new TokenwiseError(
          "TW_E_TOO_LONG",
          `${place}: ${length} tokens with what the ${role} model sees before them, it has ${config.maxPositionEmbeddings} positions`,
          {
            hint: "set read.maxLength lower, here and in training; or let the annotator read less, by its options (such as maxRequest and maxAnswer)",
          },
        );
      const outside = [...prompt, ...response].find((id) => id < 0 || id >= config.vocabSize);
      if (outside !== undefined)
        throw new TokenwiseError(
          "TW_E_TOKEN_RANGE",
          `${place}: token id ${outside} is outside the ${role} model's vocabulary of ${config.vocabSize}`,
          { hint: "use models that share one tokenizer" },
        );
    }
  }
}

const rolesOf = (request: Request): readonly string[] => [
  ...request.models,
  ...(request.kind === "derived" ? declared(request.needs).flatMap(rolesOf) : []),
];

function checkRequest(request: Request, within = false): void {
  if (request.kind === "derived" && request.axes === "B,T")
    for (const need of declared(request.needs)) checkRequest(need, true);
  else if (request.kind !== "vocabulary" && (within || !isPerPromptToken(request)))
    throw unsupported(`the request "${request.name}" of an annotator`);
}

const unsupported = (what: string): TokenwiseError =>
  new TokenwiseError("TW_E_UNSUPPORTED", `annotation does not serve ${what}`, {
    hint: "reductions over the vocabulary at response tokens are served, what is derived of them, and attention of a prompt's last token",
  });

const keyOf = (needs: Needs): string =>
  stableJson(Object.entries(needs).map(([name, request]) => [name, request ? requestKey(request) : null]));

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("latin1");

function groups<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const grouped = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = grouped.get(key);
    if (group) group.push(item);
    else grouped.set(key, [item]);
  }
  return [...grouped.values()];
}
