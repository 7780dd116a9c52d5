import { useRef, useState } from "preact/hooks";
import type { TokenCandidate, TokenGroup, TokenValue } from "../../src/report.ts";
import { color } from "../colors.ts";
import { exact, short } from "../format.ts";
import type { Sentence, TokenMethod } from "./methods.ts";
import type { Quantity, Scale } from "./quantities.ts";
import { Tip, type Place, type Pointed } from "./tip.tsx";

interface HeatMapProps {
  readonly sentence: Sentence;
  readonly quantity: Quantity;
  readonly scale: Scale;
  readonly showsNumbers: boolean;
}

/** A prompt and its candidates, one row of tokens per method. */
export function HeatMap({ sentence: { prompt, rows }, ...shown }: HeatMapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<Pointed>();
  const size = Math.max(...rows.map(({ group }) => group.candidates.length));
  return (
    <article class="heat" aria-label={sourcesOf(rows)}>
      <div ref={frame} class="frame">
        <h3>
          <span class="quiet">Prompt</span> <span class="text">{prompt.trim() || "(empty)"}</span>
        </h3>
        {Array.from({ length: size }, (_, position) => (
          <div key={position}>
            <h4>{candidateName(position, size, rows[0]?.group)}</h4>
            {rows.map(({ method, group }) => {
              const candidate = group.candidates[position];
              if (!candidate) return <p class="quiet">no such candidate</p>;
              return (
                <Row
                  key={method.name}
                  {...{ method, group, candidate, ...shown }}
                  onPoint={(token, element) =>
                    setPointed(
                      token && element && frame.current
                        ? { token, candidate, group, ...place(element, frame.current) }
                        : undefined,
                    )
                  }
                />
              );
            })}
          </div>
        ))}
        {pointed && <Tip {...pointed} />}
      </div>
    </article>
  );
}

function sourcesOf(rows: Sentence["rows"]): string {
  const sources = new Set(rows.map(({ group: { source } }) => `${source.file}:${source.line}`));
  return `Tokens of ${[...sources].join(", ")}`;
}

interface RowProps extends Omit<HeatMapProps, "sentence"> {
  readonly method: TokenMethod;
  readonly group: TokenGroup;
  readonly candidate: TokenCandidate;
  readonly onPoint: (token?: TokenValue, element?: HTMLElement) => void;
}

function Row({ method, group, candidate, quantity, scale, showsNumbers, onPoint }: RowProps) {
  const [current, setCurrent] = useState(0);
  const go = (event: KeyboardEvent): void => {
    const last = candidate.tokens.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(0, current - 1),
      ArrowRight: Math.min(last, current + 1),
      Home: 0,
      End: last,
    };
    if (event.key === "Escape") onPoint();
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setCurrent(to);
    const token = (event.currentTarget as HTMLElement).children[to];
    if (token instanceof HTMLElement) token.focus();
  };
  return (
    <div class="row">
      <p class="values">
        {method.run !== undefined && <span class="dot" style={{ background: color(method.run) }} aria-hidden="true" />}
        <b class="name">{method.name}</b> s {short(candidate.score)} · reward {short(candidate.reward)} · β{" "}
        {short(group.beta)} · ℓ {short(group.loss)}
      </p>
      <div
        class={showsNumbers ? "tokens numbers" : "tokens"}
        role="list"
        aria-label={`${method.name}: tokens, ${quantity.name}`}
        onKeyDown={go}
        onPointerLeave={() => onPoint()}
      >
        {candidate.tokens.map((token, index) => {
          const value = quantity.of(token);
          const at = value === undefined ? 0 : scale.at(value);
          return (
            <span
              key={index}
              role="listitem"
              class={`token ${at < 0 ? "low" : "high"}${token.content ? "" : " outside"}`}
              style={{ "--heat": `${(Math.abs(at) * 100).toFixed(0)}%` }}
              tabIndex={index === current ? 0 : -1}
              aria-label={`${visible(token.text)}: ${quantity.name} ${exact(value)}`}
              aria-describedby="token-tip"
              onFocus={(event) => {
                setCurrent(index);
                onPoint(token, event.currentTarget);
              }}
              onBlur={() => onPoint()}
              onPointerEnter={(event) => onPoint(token, event.currentTarget)}
            >
              {visible(token.text)}
              {showsNumbers && <small>{short(value)}</small>}
            </span>
          );
        })}
      </div>
    </div>
  );
}

function candidateName(position: number, size: number, group: TokenGroup | undefined): string {
  if (size === 1) return "Completion";
  if (size === 2) return position === 0 ? "Chosen" : "Rejected";
  return `Candidate ${position + 1}, target ${short(group?.candidates[position]?.target)}`;
}

/** White space that is the whole token, or a line end, is drawn. */
const visible = (text: string): string => {
  if (text === "") return "∅";
  return (/^ +$/.test(text) ? text.replaceAll(" ", "␣") : text).replaceAll("\n", "⏎").replaceAll("\t", "⇥");
};

/** About as much room as a tip takes, in pixels. */
const tipSize = { width: 250, height: 250 };

/** Below the token, or above it at the window's end, and within the frame. */
function place(element: HTMLElement, frame: HTMLElement): Place {
  const [token, box] = [element.getBoundingClientRect(), frame.getBoundingClientRect()];
  const left = Math.max(0, Math.min(token.left - box.left, box.width - tipSize.width));
  const isLow = token.bottom + tipSize.height > window.innerHeight && token.top > tipSize.height;
  return { left, ...(isLow ? { bottom: box.bottom - token.top + 6 } : { top: token.bottom - box.top + 6 }) };
}
