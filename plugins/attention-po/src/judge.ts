import { attention, tf, TokenwiseError, vocabulary, type Annotator, type Request } from "@tokenwise/kit";
import type { z } from "zod";
import { texts } from "./judge-prompt.ts";
import type { judgeOptions } from "./options.ts";
import { tokenShares } from "./token-shares.ts";

export type JudgeOptions = z.output<typeof judgeOptions>;

export const weightsColumn = "attention-po.weights";

/** Log-odds of one token against another as the next one, in nats. */
const logOdds = vocabulary<{ readonly of: number; readonly against: number }>("attention-po.log-odds", {
  models: ["judge"],
  gradient: false,
  reduce(rows, { of, against }) {
    const [one, other] = [of, against].map((id) => tf.slice(rows.logits("judge"), [0, id], [-1, 1]));
    return tf.squeeze(tf.sub(one!, other!), [1]);
  },
});

/**
 * A model judges the pairs, in both presentation orders. The attention of the token before its verdict, in a layer and mean over the heads,
 * says what each token of an answer weighs: see `tokenShares`. End tokens, and those that are not judged, weigh 0.
 *
 * @throws TW_E_NEEDS_PAIRS    when annotating, for a row that is not a pair.
 * @throws TW_E_JUDGE_VERDICT  when annotating, if both verdicts begin with the same token.
 */
export const judge = ({ judgePrompt = texts, ...options }: JudgeOptions): Annotator => ({
  name: "attention-po.judge",
  columns: [weightsColumn],
  shares: {
    agreement: "pairs in which the judge names the same answer in both orders",
    accuracy: "pairs in which the judge prefers the chosen answer, by both orders together",
  },
  models: ["judge"],
  fingerprint: { version: 1, judgePrompt, ...options, maxRequest: options.maxRequest ?? null },
  async annotate({ prompt, responses }, { chat, encode, run, withoutSpecial }) {
    const { layers, combine, sinkTokens, lengthScale, verdicts, chatTemplate: template } = options;
    const [of = -1, against = -1] = verdicts.map((verdict) => encode("judge", verdict)[0]);
    if (responses.length !== 2)
      throw new TokenwiseError("TW_E_NEEDS_PAIRS", `a judge compares two answers, a row has ${responses.length}`);
    if (of === against || of < 0 || against < 0)
      throw new TokenwiseError("TW_E_JUDGE_VERDICT", `verdicts ${verdicts.join(", ")} do not begin with a token each`, {
        hint: "name verdicts that the judge's tokenizer tells apart by their first tokens",
      });
    const request = withoutSpecial("judge", prompt).slice(-(options.maxRequest ?? Infinity));
    const answers = responses.map(({ ids, content }) => ids.slice(0, Math.min(content, options.maxAnswer)));
    const rows = layers.map((layer): Request => attention("judge", { layer, query: "last", heads: "mean" }));
    const needs = Object.fromEntries([...rows, logOdds({ of, against })].entries());

    const read = async (first: number, second: number) => {
      const [start, a, b, end] = judgePrompt;
      const message = [start!, request, a!, answers[first]!, b!, answers[second]!, end!];
      const { ids, spans } = chat("judge", message, { template });
      const values = await run({ prompt: ids, response: Int32Array.of(of) }, needs);
      const attended = (row: number, answer: number) => values[row]!.slice(...spans[answer === first ? 1 : 2]!);
      return { odds: values[rows.length]![0]!, attended };
    };
    const [one, other] = await Promise.all([read(0, 1), read(1, 0)]);

    const weights = responses.map(({ ids }, answer) => {
      const shares = rows.map((_, row) =>
        tokenShares(one.attended(row, answer), other.attended(row, answer), sinkTokens),
      );
      const scale = (lengthScale ? answers[answer]!.length : 1) / (combine === "mean" ? rows.length : 1);
      return Float32Array.from(ids, (_, token) => scale * shares.reduce((sum, share) => sum + (share[token] ?? 0), 0));
    });
    const [agreement, accuracy] = [Number(one.odds * other.odds < 0), (1 + Math.sign(one.odds - other.odds)) / 2];
    return { columns: { [weightsColumn]: weights }, shares: { agreement, accuracy } };
  },
});
