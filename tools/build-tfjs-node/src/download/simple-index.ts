/** Wheels from a Python package index without pip: its page of a project links to files, with their sums (PEP 503). */
import { createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "../problem.ts";
import type { Wheel } from "../sources.ts";

export async function downloadFromIndex(index: string, wheel: Wheel, folder: string): Promise<string> {
  const page = new URL(`${wheel.project}/`, index.endsWith("/") ? index : `${index}/`);
  try {
    const links = await (await get(page, { accept: "text/html" })).text();
    const link = new RegExp(`href="([^"#]+)#sha256=${wheel.sha256}"`).exec(links)?.[1];
    if (link === undefined) throw new Error(`no file with the SHA-256 sum ${wheel.sha256}`);
    const url = new URL(link.replaceAll("&amp;", "&"), page);
    const file = join(folder, basename(decodeURIComponent(url.pathname)));
    const { body } = await get(url);
    await pipeline(body!, createWriteStream(file));
    return file;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(
      "BUILD_E_DOWNLOAD",
      `${wheel.project} ${wheel.version} cannot be had from ${page.host}: ${reason}`,
      "is there a network, and is this the address of an index, up to and with /simple?",
      { cause },
    );
  }
}

async function get(url: URL, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  return response;
}
