import { suite } from "../../tools/build/vitest.ts";

export default suite();
