/** What is waited for that somebody else wrote: where it never comes, a command line can say what did not. */
const waits = new Set<{ readonly what: string }>();

/** Waits for what `call` promises, known by `what` meanwhile. */
export async function waitFor<T>(what: string, call: () => Promise<T>): Promise<T> {
  const wait = { what };
  waits.add(wait);
  try {
    return await call();
  } finally {
    waits.delete(wait);
  }
}

/** What is waited for now: `source "sampled-groups"`, `annotator "judge"`. */
export const waitedFor = (): readonly string[] => [...new Set([...waits].map(({ what }) => what))];
