/** npx tsx examples/04-adpo-unification/src/run.ts */
import { useBackend } from "@tokenwise/model";
import { identities } from "./identities.ts";

await useBackend("cpu");
for (const { paradigm, options, ours, theirs } of identities())
  console.log(`${paradigm}\n  ${theirs.toFixed(6)}\n  ${ours.toFixed(6)}  adpo(${JSON.stringify(options)})\n`);
