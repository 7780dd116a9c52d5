/** Words with spaces between them, full stops and commas on the word before; what the tokenizer's decoder writes. */
export const spell = (words: readonly string[]) => words.join(" ").replace(/ (?=[.,])/gu, "");

/** The words of a text: letters, a punctuation mark, or a special token like `<unk>`. */
export const split = (text: string): string[] => text.match(/<\w+>|\w+|[^\s\w]/gu) ?? [];
