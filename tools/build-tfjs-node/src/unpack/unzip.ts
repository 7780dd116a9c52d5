/** Takes files out of a wheel, which is a zip archive of up to a gigabyte: one at a time, never whole in memory. */
import { on } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import yauzl from "yauzl";

const open = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open);

/**
 * @param place  where below `folder` a file of the archive goes; undefined leaves it out
 * @returns how many files were taken
 */
export async function unzip(
  archive: string,
  folder: string,
  place: (path: string) => string | undefined,
): Promise<number> {
  const zip = await open(archive, { lazyEntries: true });
  const contents = promisify<yauzl.Entry, Readable>(zip.openReadStream.bind(zip));
  const entries = on(zip, "entry", { close: ["end"] }) as AsyncIterable<[yauzl.Entry]>;
  let taken = 0;
  zip.readEntry();
  for await (const [entry] of entries) {
    const path = place(entry.fileName);
    if (path !== undefined) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await pipeline(await contents(entry), createWriteStream(file));
      taken++;
    }
    zip.readEntry();
  }
  return taken;
}
