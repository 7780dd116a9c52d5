/**
 * How the reference is asked which review is better, in words that it knows. It never learned to answer; what it says is reported with its
 * accuracy.
 */
export const judging = {
  judgePrompt: ["my sister watched this . ", " the first one . ", " the second one . ", " the better one is the"],
  verdicts: ["first", "second"],
  chatTemplate: false,
};
