import { TokenwiseError } from "@tokenwise/kit";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** The token that ends a response: named by its text; the tokenizer's EOS by default; none where false. */
export type EndToken = string | false;

/** @throws TW_E_END_TOKEN  where the text is not one token. */
export function endTokenId(tokenizer: Tokenizer, endToken: EndToken | undefined): number | undefined {
  if (endToken === undefined) return tokenizer.eosId;
  if (endToken === false) return undefined;
  const ids = tokenizer.encode(endToken, { addSpecialTokens: false });
  if (ids.length === 1) return ids[0];
  throw new TokenwiseError(
    "TW_E_END_TOKEN",
    `endToken ${JSON.stringify(endToken)} is ${ids.length} tokens of ${tokenizer.folder}`,
    {
      hint: "name one token, such as the model's end-of-turn token, or give false",
    },
  );
}
