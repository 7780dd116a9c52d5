import { describe, expect, it } from "vitest";
import { callCount, callPart, callTensor, guardAsyncCall, guardCall, tf, TokenwiseError } from "../index.ts";

const thrownBy = (call: () => unknown): TokenwiseError => {
  try {
    call();
  } catch (error) {
    if (TokenwiseError.is(error)) return error;
  }
  throw new Error("not refused with a code");
};

describe("a call of a part", () => {
  it("gives what the part returns, whatever it leaves out that it need not say", () => {
    const given = { reward: tf.ones([2, 3]), metrics: undefined };
    expect(callPart("weighter", "mine", () => given)).toBe(given);
    expect(callPart("weighter", "mine", () => ({}))).toEqual({});
    expect(callPart("beta", "mine", () => ({ beta: 0.1 }))).toEqual({ beta: 0.1 });
    expect(callCount("mine", () => tf.scalar(3))).toBe(3);
  });

  it("names every key that nothing reads", () => {
    const { code, message } = thrownBy(() => callPart("loss", "mine", () => ({ losses: 1, loss: tf.ones([1]), x: 2 })));
    expect(code).toBe("TW_E_PART_RESULT");
    expect(message).toBe(
      'loss "mine" returns an unknown key "losses", did you mean "loss"?; unknown key "x"\n' +
        "  hint: what it may return: loss, signal, metrics",
    );
  });

  it("tells what was expected and what was found", () => {
    const number = thrownBy(() => callTensor('targets "mine"', "P, G", () => 1 as never));
    expect(number.message).toMatch('targets "mine" is 1, expected a tensor [P, G]');
    const metric = thrownBy(() => callPart("beta", "mine", () => ({ beta: 1, metrics: { m: Promise.resolve(1) } })));
    expect(metric.message).toMatch('β controller "mine": metrics.m is a promise, expected a tensor [P] or [P, G]');
    const made = thrownBy(() => callPart("weighter", "mine", () => () => 1));
    expect(made.message).toMatch('weighter "mine" returns a function');
  });
});

describe("a call of what somebody else wrote", () => {
  const bug = (): never => {
    throw new Error("my bug");
  };

  it("that throws is named, with the place where it threw", () => {
    const error = thrownBy(() => guardCall('weighter "mine"', bug));
    expect(error).toMatchObject({ code: "TW_E_PART_FAILED", cause: expect.any(Error) as Error });
    expect(error.message).toMatch(/^weighter "mine" throws: my bug\n {2}hint: .* at .*call-part\.test\.ts:\d+:\d+/);
  });

  it("may throw anything", () => {
    const text = () => {
      throw "no" as unknown as Error;
    };
    expect(thrownBy(() => guardCall("it", text)).message).toBe(
      "it throws: no\n  hint: an error of its own code, or of what that calls",
    );
  });

  it("may be waited for where the caller waits", async () => {
    expect(await guardAsyncCall("it", () => Promise.resolve(1))).toBe(1);
    await expect(guardAsyncCall("it", () => Promise.reject(new Error("later")))).rejects.toThrow("it throws: later");
  });
});
