import { requestKey, rewards, TokenwiseError, type Method } from "@tokenwise/kit";
import type { RequestTable } from "./requests.ts";

const rewardsKey = requestKey(rewards);

/**
 * @throws TW_E_UNUSED_REWARDS  where no part reads the rewards of a source.
 * @throws TW_E_SAMPLED_ANCHOR  for the anchor "sampled" without a source, or where more than log-probs of responses is read of it.
 * @throws TW_E_UNUSED_REFERENCE  where nothing is read of it.
 */
export function checkSource(
  { anchor, source }: Method,
  asked: RequestTable,
  { isRead, logProbsAlone }: { readonly isRead: boolean; readonly logProbsAlone: boolean },
): void {
  if (source && !asked.has(rewardsKey))
    throw new TokenwiseError(
      "TW_E_UNUSED_REWARDS",
      `the source "${source.name}" gives rewards, and no part of the method reads them`,
      {
        hint: "give targets that follow them, such as bestTargets() or rewardTargets(): without, the first candidate is preferred",
      },
    );
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
