/** Speed and time left, from the last steps, so that a slow start does not count for ever. */

const remembered = 20;

export interface Speed {
  /** Prompts per second. */
  readonly rate: number;
  /** Seconds. */
  readonly left: number;
}

export function pace(): (step: { step: number; steps: number; seconds: number; examples: number }) => Speed {
  const recent: { seconds: number; examples: number }[] = [];
  return ({ step, steps, seconds, examples }) => {
    recent.push({ seconds, examples });
    if (recent.length > remembered) recent.shift();
    const time = recent.reduce((sum, each) => sum + each.seconds, 0);
    const done = recent.reduce((sum, each) => sum + each.examples, 0);
    return { rate: done / time, left: ((steps - step) * time) / recent.length };
  };
}
