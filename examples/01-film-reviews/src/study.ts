/** `npm run study`: the methods compared over seeds, strengths and worlds. Goes on where it was stopped. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeFile } from "node:fs/promises";
import { loadLanguageModel } from "@tokenwise/core";
import { useBackend } from "@tokenwise/model";
import { boundsFor } from "./demo/bounds.ts";
import { readSamples, referenceFolder } from "./demo/samples.ts";
import { overviewDocument, worldDocument } from "./study/document.ts";
import { studyPage } from "./study/page.ts";
import { summaryOf, type WorldSummary } from "./study/summary.ts";
import { overviewTable } from "./study/table.ts";
import { heldOut } from "./study/plan.ts";
import { truths, worldNamed, type TruthName } from "./world/worlds.ts";
import { runCells } from "./study/run-cells.ts";
import { phases, type Phase } from "./study/phases.ts";
import { Store } from "./study/store.ts";

const usage = `npm run study -- [options]

Computes what is missing, then writes the tables and pages of what is complete.

  --jobs N          processes side by side (default 1)
  --phases TEXT     those alone whose names contain it, "none" for tables and pages alone: ${phases.map(({ name }) => name).join(", ")}
  --folder FOLDER   where results are kept (default work/study)`;

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "1" },
    phases: { type: "string", default: "" },
    folder: { type: "string", default: join(import.meta.dirname, "..", "work", "study") },
    /** Given to the processes side by side. */
    share: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const jobs = Number(values.jobs);
const wanted = phases.filter(({ name }) => name.includes(values.phases));

if (values.help || !Number.isInteger(jobs) || jobs < 1 || (wanted.length === 0 && values.phases !== "none")) {
  console.log(usage);
  process.exitCode = values.help ? 0 : 2;
} else if (values.share !== undefined) {
  for (const phase of wanted) await compute(phase, Number(values.share));
} else {
  for (const phase of wanted) await (jobs > 1 ? inShares(phase) : compute(phase, 0));
  await tell();
}

async function inShares({ name }: Phase): Promise<void> {
  const args = [...process.execArgv, import.meta.filename, "--folder", values.folder, "--jobs", String(jobs)];
  const shares = Array.from({ length: jobs }, (_, share) =>
    spawn(process.execPath, [...args, "--phases", name, "--share", String(share)], { stdio: "inherit" }),
  );
  const codes = await Promise.all(shares.map(async (child) => ((await once(child, "exit")) as [number | null])[0]));
  if (codes.some((code) => code !== 0)) process.exit(1);
}

async function compute({ name, cells }: Phase, index: number): Promise<void> {
  await useBackend("auto");
  const store = await Store.open(values.folder, `results-${index}`);
  await runCells(cells(store), store, { index, of: jobs }, ({ done, of, cell }) => {
    console.log(`${name} ${done}/${of}: ${cell.contestant}`);
  });
}

async function tell(): Promise<void> {
  await useBackend("auto");
  const store = await Store.open(values.folder);
  const reference = await loadLanguageModel(referenceFolder);
  const summaries: WorldSummary[] = [];
  const write = (name: string, text: string): Promise<void> => writeFile(join(values.folder, name), text);
  const prompts = (await readSamples("test")).slice(...heldOut.test).map(({ prompt }) => prompt);
  for (const name of Object.keys(truths) as TruthName[]) {
    const summary = summaryOf(name, store);
    if (!summary) {
      console.log(`\n## ${name}: not complete`);
      continue;
    }
    const bounds = await boundsFor(reference, { world: worldNamed(name), prompts, flip: false });
    await write(`${name}.json`, `${JSON.stringify(summary, null, 2)}\n`);
    await write(`${name}.html`, studyPage(summary, bounds));
    await write(`${name}.md`, worldDocument(summary));
    summaries.push(summary);
  }
  if (summaries.length > 0) {
    await write("overview.md", overviewDocument(summaries));
    console.log(`\n${overviewTable(summaries)}\n\nAll tables and pages are in ${values.folder}`);
  }
  reference.dispose();
}
