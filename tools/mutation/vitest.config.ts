import { suite } from "../build/vitest.ts";

export default suite();
