import { plugin } from "@tokenwise/kit";
import { partName } from "./part-name.ts";

export default plugin({
  name: "package-name",
  version: "0.1.0", // that of package.json; a test compares
  spec: 1,
  provides: [partName],
});
