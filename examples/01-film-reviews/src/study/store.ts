/** Results in a folder, a line each, so that a study can be stopped and goes on; several processes may write, each to a file of its own. */
import { appendFile, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { keyOf, type Cell, type CellResult } from "./cell.ts";

export class Store {
  readonly #results = new Map<string, CellResult>();
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Reads what is there. @param writer Names the file that is written. */
  static async open(folder: string, writer = "results"): Promise<Store> {
    await mkdir(folder, { recursive: true });
    const store = new Store(join(folder, `${writer}.jsonl`));
    for (const name of (await readdir(folder)).filter((file) => file.endsWith(".jsonl"))) {
      const text = await readFile(join(folder, name), "utf8");
      for (const line of text.split("\n")) store.#take(line);
      const endsHalfWay = name === `${writer}.jsonl` && text !== "" && !text.endsWith("\n");
      if (endsHalfWay) await appendFile(store.#file, "\n");
    }
    return store;
  }

  get(cell: Cell): CellResult | undefined {
    return this.#results.get(keyOf(cell));
  }

  get all(): readonly CellResult[] {
    return [...this.#results.values()];
  }

  async add(result: CellResult): Promise<void> {
    this.#results.set(keyOf(result), result);
    await appendFile(this.#file, `${JSON.stringify(result)}\n`);
  }

  /** A line that a killed process left half written is computed again. */
  #take(line: string): void {
    if (!line.endsWith("}")) return;
    const result = JSON.parse(line) as CellResult;
    this.#results.set(keyOf(result), result);
  }
}
