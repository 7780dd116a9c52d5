/** Packs every package, as it was built, into the folder that is given; see `npm run pack`. */
import { mkdirSync } from "node:fs";
import { packAll } from "./pack.ts";

const [folder] = process.argv.slice(2) as [string];
mkdirSync(folder, { recursive: true });
for (const tarball of Object.values(packAll(folder))) console.log(tarball);
