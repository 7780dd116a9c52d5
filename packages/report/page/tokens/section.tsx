import { useMemo, useState } from "preact/hooks";
import { Pager } from "../pager.tsx";
import { HeatMap } from "./heat-map.tsx";
import { Legend } from "./legend.tsx";
import { sentencesOf, type TokenMethod } from "./methods.ts";
import { quantities, scaleOf, type Quantity } from "./quantities.ts";

/** Sentences that are shown at once. */
const pageSize = 3;

export function TokensSection({ methods }: { readonly methods: readonly TokenMethod[] }) {
  const [chosen, setChosen] = useState("weight");
  const [age, setAge] = useState(0);
  const [first, setFirst] = useState(0);
  const [showsNumbers, setShowsNumbers] = useState(false);
  const sentences = useMemo(() => sentencesOf(methods, age), [methods, age]);
  const offered = quantities.filter(({ of, middle }) => allValues(methods, of).some((value) => value !== middle));
  const quantity = offered.find(({ id }) => id === chosen) ?? offered[0] ?? quantities[0]!;
  const scale = useMemo(() => scaleOf(allValues(methods, quantity.of), quantity.middle), [methods, quantity.id]);
  const times = methods.reduce<TokenMethod["sets"]>((most, { sets }) => (sets.length > most.length ? sets : most), []);
  const shown = sentences.slice(first, first + pageSize);
  return (
    <>
      <p class="prose">
        The same sentences as each method sees them. Point at a token for its values; with the keyboard, Tab goes to a
        response and the arrow keys go along its tokens.
      </p>
      <div class="controls">
        <label>
          Shown{" "}
          <select value={quantity.id} onChange={(event) => setChosen(event.currentTarget.value)}>
            {(offered.length > 0 ? offered : [quantity]).map(({ id, name }) => (
              <option value={id}>{name}</option>
            ))}
          </select>
        </label>
        {times.length > 1 && (
          <label>
            When{" "}
            <select value={age} onChange={(event) => setAge(Number(event.currentTarget.value))}>
              {times.map(({ when }, index) => (
                <option value={index}>{when}</option>
              ))}
            </select>
          </label>
        )}
        <Pager noun="Rows" count={sentences.length} {...{ pageSize, first }} onPage={setFirst} />
        <label>
          <input
            type="checkbox"
            checked={showsNumbers}
            onChange={(event) => setShowsNumbers(event.currentTarget.checked)}
          />
          numbers under the tokens
        </label>
      </div>
      <Legend quantity={quantity} scale={scale} />
      {shown.map((sentence) => (
        <HeatMap key={sentence.key} {...{ sentence, quantity, scale, showsNumbers }} />
      ))}
    </>
  );
}

const allValues = (methods: readonly TokenMethod[], of: Quantity["of"]): readonly number[] =>
  methods.flatMap(({ sets }) =>
    sets.flatMap(({ groups }) =>
      groups.flatMap(({ candidates }) =>
        candidates.flatMap((candidate) => candidate?.tokens.flatMap((token) => of(token) ?? []) ?? []),
      ),
    ),
  );
