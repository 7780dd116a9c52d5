interface PagerProps {
  /** What is counted. */
  readonly noun: string;
  readonly count: number;
  readonly pageSize: number;
  readonly first: number;
  readonly onPage: (first: number) => void;
}

/** Chooses which of many are shown; nothing, where they all are. */
export function Pager({ noun, count, pageSize, first, onPage }: PagerProps) {
  if (count <= pageSize) return null;
  const pages = Array.from({ length: Math.ceil(count / pageSize) }, (_, page) => page * pageSize);
  return (
    <label>
      {noun}{" "}
      <select value={first} onChange={(event) => onPage(Number(event.currentTarget.value))}>
        {pages.map((from) => (
          <option value={from}>
            {from + 1} to {Math.min(count, from + pageSize)} of {count}
          </option>
        ))}
      </select>
    </label>
  );
}
