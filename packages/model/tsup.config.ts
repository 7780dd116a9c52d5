import { library } from "../../tools/build/tsup.ts";

// tsup leaves dependencies and peers where they are, but bundles optional ones.
export default library({ external: ["@tokenwise/tfjs-backend-native"] });
