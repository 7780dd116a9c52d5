/** Texts before the request, before answer A, before answer B, and after it. */
export const texts = [
  `You compare two answers to one request, and say which of them serves the person who asked better.

The better answer does what was asked and gets it right, keeps to the subject, and takes no more words than that needs. Where the request leaves room for ideas, a good one speaks for an answer; what the person would have needed to know, and is not told, speaks against it. Which answer comes first does not matter.

=== The request ===
`,
  "\n=== Answer A ===\n",
  "\n=== Answer B ===\n",
  `
=== End of the answers ===

Reply with the letter of the better answer and nothing else, A or B.

The better answer:`,
];
