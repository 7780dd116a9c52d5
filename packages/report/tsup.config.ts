import { library } from "../../tools/build/tsup.ts";
import { buildPage } from "./page/build-page.ts";

export default library({ onSuccess: buildPage });
