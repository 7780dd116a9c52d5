import { describe, expect, it } from "vitest";
import { embedJson, escapeHtml } from "./embed-json.ts";

const hostile = `</script><!--<script>&"'\u2028\u2029`;

describe("JSON inside of a page", () => {
  it("has no character that ends or begins anything, and is what it was", () => {
    expect(embedJson({ [hostile]: hostile })).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(embedJson({ [hostile]: hostile }))).toEqual({ [hostile]: hostile });
  });
});

describe("text inside of an element or an attribute", () => {
  it("has no character that ends or begins anything", () => {
    expect(escapeHtml(hostile)).toBe("&lt;/script&gt;&lt;!--&lt;script&gt;&amp;&quot;&#39;\u2028\u2029");
  });
});
