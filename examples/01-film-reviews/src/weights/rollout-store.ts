import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Beginning } from "./rollouts.ts";

interface Line {
  readonly key: string;
  /** The response, then by beginning the tokens of the rests. */
  readonly response: readonly number[];
  readonly rests: readonly (readonly (readonly number[])[])[];
}

/** Rollouts in a file of JSON lines, so that they can be stopped and started again, and scored by any reward. */
export class RolloutStore {
  readonly #file: string;
  readonly #known: Map<string, Line>;

  private constructor(file: string, lines: readonly Line[]) {
    this.#file = file;
    this.#known = new Map(lines.map((line) => [line.key, line]));
  }

  /** Reads what there is; a line that a killed process left half written goes. */
  static async open(file: string): Promise<RolloutStore> {
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, "");
    const text = await readFile(file, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length) await writeFile(file, whole);
    const lines = whole.split("\n").filter((line) => line !== "");
    return new RolloutStore(
      file,
      lines.map((line) => JSON.parse(line) as Line),
    );
  }

  /** What is stored under the key, or what is computed and then stored. */
  async of(key: string, compute: () => readonly Beginning[]): Promise<readonly Beginning[]> {
    const line = this.#known.get(key) ?? (await this.#add(key, compute()));
    return line.rests.map((rests, length) => ({
      begun: Int32Array.from(line.response.slice(0, length)),
      rests: rests.map((rest) => Int32Array.from(rest)),
    }));
  }

  async #add(key: string, beginnings: readonly Beginning[]): Promise<Line> {
    const response = [...(beginnings.at(-1)?.begun ?? [])];
    const line: Line = { key, response, rests: beginnings.map(({ rests }) => rests.map((rest) => [...rest])) };
    await appendFile(this.#file, `${JSON.stringify(line)}\n`);
    this.#known.set(key, line);
    return line;
  }
}
