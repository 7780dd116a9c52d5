import type { TokenCandidate, TokenGroup, TokenValue } from "../../src/report.ts";
import { exact } from "../format.ts";

/** In pixels, within the frame. */
export interface Place {
  readonly left: number;
  readonly top?: number;
  readonly bottom?: number;
}

export interface Pointed extends Place {
  readonly token: TokenValue;
  readonly candidate: TokenCandidate;
  readonly group: TokenGroup;
}

/** All values of a token, and those of its response and pair. */
export function Tip({ token, candidate, group, ...place }: Pointed) {
  const values: readonly (readonly [string, number | undefined])[] = [
    ["weight w", token.weight],
    ["ρ, nats", token.ratio],
    ["w ρ", token.ratio === undefined ? undefined : token.weight * token.ratio],
    ...(token.logProb === undefined ? [] : [["log π, nats", token.logProb] as const]),
    ...(token.divergenceWeight === 0 ? [] : [["divergence weight v", token.divergenceWeight] as const]),
    ["score s", candidate.score],
    ["β", group.beta],
    ["ω", group.emphasis],
    ["loss ℓ", group.loss],
  ];
  return (
    <div id="token-tip" class="tip" role="tooltip" style={pixels(place)}>
      <code class="text">{JSON.stringify(token.text)}</code>
      <dl>
        {values.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{exact(value)}</dd>
          </>
        ))}
      </dl>
    </div>
  );
}

const pixels = (place: Place): Record<string, string> =>
  Object.fromEntries(Object.entries(place).map(([side, distance]) => [side, `${distance as number}px`]));
