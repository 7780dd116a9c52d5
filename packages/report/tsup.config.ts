import { library } from "../../tools/build/tsup.ts";
import { buildPage } from "./page/build-page.ts";

// The page is replaced as a whole file: tests of other packages may be reading it.
export default library({ clean: ["!page.*"], onSuccess: buildPage });
