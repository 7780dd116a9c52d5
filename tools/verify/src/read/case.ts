/** A case of a file, with what the file says for all of its cases. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Case {
  readonly name: string;
  readonly fields: Fields;
  /** Fields of the file, and of the objects on the way to the case: `about`, `inputs`, `models`, … */
  readonly file: Fields;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Says of a case what is wrong with it; begins with the place. */
export class Unreadable extends Error {}
