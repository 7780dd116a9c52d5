/** What captures ask of a model's forward pass, and what they get. */
import {
  meanLogits,
  requestKey,
  tf,
  TokenwiseError,
  type ActivationType,
  type Request,
  type Role,
} from "@tokenwise/kit";
import type { ActivationKind, ForwardOptions, ForwardResult } from "@tokenwise/model";
import { captureOptions, isActivations, isServed } from "../plan/captures.ts";
import type { RequestTable } from "../plan/requests.ts";

/** Where the means of a kind of one model are kept until the vocabulary pass has given those of the logits. */
const keyOf = (role: Role, { type, of }: ActivationKind): string => `activation means:${role}:${type}:${of}`;

export interface CapturePlan {
  readonly options: Pick<ForwardOptions, "hiddenStates" | "activations">;
  /** Puts what was captured into `values`; `aligned`: from the stream to the responses, [N, …] → [B, T, …]. */
  store(result: ForwardResult, values: Map<string, unknown>, aligned: (x: tf.Tensor) => tf.Tensor): void;
}

/** All captures of a model share one pass, and two that ask for the same thing share it. */
export function planCaptures(requests: RequestTable, role: Role): CapturePlan {
  const captures = [...requests].filter(
    ([, request]) => request.kind === "capture" && isServed(request) && request.models.includes(role),
  );
  const states = captures.filter(([, request]) => !isActivations(request));
  const kinds = new Map<string, ActivationKind>();
  for (const [, request] of captures.filter(([, each]) => isActivations(each))) {
    const { types, of } = captureOptions(request);
    for (const type of types) if (type !== "logits") kinds.set(keyOf(role, { type, of }), { type, of });
  }
  return {
    options: {
      ...(states.length > 0 && { hiddenStates: "all" as const }),
      ...(kinds.size > 0 && { activations: [...kinds.values()] }),
    },
    store({ hiddenStates: all = [], activations = [] }, values, aligned) {
      for (const [key, request] of states) {
        const { layers } = captureOptions(request);
        const chosen = layers === "all" ? all : layers.map((layer) => all.at(layer) ?? refuseLayer(layer, all.length));
        values.set(key, tf.stack(chosen.map(aligned)));
      }
      [...kinds.keys()].forEach((key, index) => {
        values.set(key, tf.transpose(aligned(activations[index]!), [2, 0, 1])); // [B, T, K] → [K, B, T]
      });
    },
  };
}

/** Activations by type, [K, B, T] each, from what the passes left in `values`. */
export function activationsOf(request: Request, values: ReadonlyMap<string, unknown>): unknown {
  const { model, types, of } = captureOptions(request);
  const ofType = (type: ActivationType): unknown =>
    type === "logits"
      ? tf.expandDims(values.get(requestKey(meanLogits({ model, of }))) as tf.Tensor, 0)
      : values.get(keyOf(model, { type, of }));
  return Object.fromEntries(types.map((type) => [type, ofType(type)]));
}

function refuseLayer(layer: number, count: number): never {
  throw new TokenwiseError(
    "TW_E_HIDDEN_STATE",
    `hidden state ${layer} does not exist, the model has 0 … ${count - 1}`,
    {
      hint: "0 is the embedding, the last one is after the final norm; −1 is the last one",
    },
  );
}
