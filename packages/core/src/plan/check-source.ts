import { TokenwiseError, type Method } from "@tokenwise/kit";

/**
 * @throws TW_E_SAMPLED_ANCHOR  for the anchor "sampled" without a source, or where more than log-probs of responses is read of it.
 * @throws TW_E_UNUSED_REFERENCE  where nothing is read of it.
 */
export function checkSource(
  { anchor, source }: Method,
  { isRead, logProbsAlone }: { readonly isRead: boolean; readonly logProbsAlone: boolean },
): void {
  if (anchor !== "sampled") return;
  if (!source)
    throw new TokenwiseError("TW_E_SAMPLED_ANCHOR", 'the anchor "sampled" needs a source that samples', {
      hint: "give the method a source, such as sampledGroups({ reward }), or another anchor",
    });
  if (!isRead)
    throw new TokenwiseError("TW_E_UNUSED_REFERENCE", 'the anchor is "sampled", but the method reads no reference', {
      hint: "leave the anchor out",
    });
  if (!logProbsAlone)
    throw new TokenwiseError(
      "TW_E_SAMPLED_ANCHOR",
      'the anchor "sampled" has log-probs of the sampled responses, and nothing else of a reference',
      { hint: "leave out what reads more of the reference, or take the anchor that is copied every step" },
    );
}
