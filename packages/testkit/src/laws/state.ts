/** Between steps: states as JSON, nothing kept elsewhere, evaluation without traces. */
import { stableJson, type Json } from "@tokenwise/kit";
import { partsOf } from "../evaluate/parts.ts";
import { anchorSteps } from "../contract/anchor-steps.ts";
import { violated } from "../contract/compare.ts";
import type { Law } from "../contract/law.ts";
import { expectSame, sameBits } from "../contract/observation.ts";
import { run, shapeOf, type Trial } from "../contract/trial.ts";

const hasState = ({ method }: Trial): boolean =>
  partsOf(method).some(({ state }) => state) || hasAnchorState({ method });
const hasAnchorState = ({ method: { anchor } }: Pick<Trial, "method">): boolean =>
  typeof anchor === "object" && anchor.state !== undefined;

const shapes = (trial: Trial, count = 3) => Array.from({ length: count }, (_, step) => shapeOf(trial, 11 + step));
const throughJson = (states: readonly Json[]): readonly Json[] => JSON.parse(JSON.stringify(states)) as Json[];

/** Frozen all the way down, so that writing to it throws. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

export const stateIsJson: Law = {
  id: "state/json",
  everyBranch: true,
  statement: "states survive being written as JSON and read again, after every step",
  notApplicable: (trial) => (hasState(trial) ? undefined : "no part declares a state"),
  check(trial) {
    const parts = partsOf(trial.method);
    run(trial, shapes(trial)).forEach(({ states }, step) =>
      parts.forEach((part, index) => {
        if (part.state) expectJson(states[index]!, `the state of ${part.name} after step ${step + 1}`);
      }),
    );
    const { anchor } = trial.method;
    if (typeof anchor !== "object") return;
    anchorSteps(anchor, 4).forEach(({ keep, state }, index) => {
      if (!(keep >= 0 && keep <= 1))
        violated(`the anchor ${anchor.name} keeps ${keep} of the reference in step ${index + 1}, expected 0 to 1`);
      expectJson(state, `the state of the anchor ${anchor.name} after step ${index + 1}`);
    });
  },
};

function expectJson(state: Json, what: string): void {
  const refuse = (value: unknown, path: string): void => {
    if (value === null || typeof value === "boolean" || typeof value === "string") return;
    if (typeof value === "number") {
      if (!Number.isFinite(value)) violated(`${what}${path} is ${value}, which JSON does not hold`);
      return;
    }
    const plain =
      Array.isArray(value) || (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype);
    if (!plain)
      violated(
        `${what}${path} is ${value === undefined ? "undefined" : Object.prototype.toString.call(value)}, which JSON does not hold`,
      );
    Object.entries(value).forEach(([key, each]) => refuse(each, `${path}.${key}`));
  };
  refuse(state, "");
  if (stableJson(throughJson([state])[0]) !== stableJson(state)) violated(`${what} is not the same after JSON`);
}

export const interruption: Law = {
  id: "state/interruption",
  everyBranch: true,
  statement:
    "a run that is interrupted and resumed between steps is the run that was not: nothing is kept outside of states",
  check(trial) {
    const whole = run(trial, shapes(trial), {
      method: (
        (method) => () =>
          method
      )(trial.make()),
    });
    const resumed = run(trial, shapes(trial), { method: () => trial.make(), carry: throughJson });
    whole.forEach((step, index) => expectSame(resumed[index]!, step, sameBits));
  },
};

export const evaluationLeavesNoTrace: Law = {
  id: "state/evaluation",
  everyBranch: true,
  statement: "an evaluation between steps changes nothing, and no part writes to the state that it is given",
  check(trial) {
    const three = shapes(trial, 3);
    const plain = run(trial, [three[0]!, three[2]!], {
      carry: (states) => frozen(throughJson(states)),
      method: (
        (method) => () =>
          method
      )(trial.make()),
      at: { step: 2 },
    });
    const between = run(trial, three, {
      carry: (states) => frozen(throughJson(states)),
      training: (step) => step !== 1,
      method: (
        (method) => () =>
          method
      )(trial.make()),
      at: { step: 2 },
    });
    expectSame(between[0]!, plain[0]!, sameBits);
    expectSame(between[2]!, plain[1]!, sameBits);
  },
};
