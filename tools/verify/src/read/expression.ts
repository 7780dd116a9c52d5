/** Formulas that case files give as text, such as "2*sin(0.37*b+0.71*t+1.3*v+0.1)": read as arithmetic, never run as code. */
import jsep from "jsep";
import { Unreadable } from "./case.ts";

export type Scope = Readonly<Record<string, number>>;

const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  exp: Math.exp,
  abs: Math.abs,
  max: Math.max,
  min: Math.min,
};

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

/** @throws Unreadable  for what is not arithmetic, or names something that `scope` lacks. */
export function arithmetic(text: string): (scope: Scope) => number {
  const tree = parsed(text);
  return (scope) => valueOf(tree, scope);
}

function parsed(text: string): jsep.Expression {
  try {
    return jsep(text);
  } catch (cause) {
    throw new Unreadable(`the formula "${text}": ${(cause as Error).message}`, { cause });
  }
}

function valueOf(node: jsep.Expression, scope: Scope): number {
  const core = node as jsep.CoreExpression;
  switch (core.type) {
    case "Literal":
      return Number(core.value);
    case "Identifier": {
      const value = scope[core.name];
      if (value === undefined) throw new Unreadable(`the formula names "${core.name}", which is not given`);
      return value;
    }
    case "UnaryExpression":
      return core.operator === "-" ? -valueOf(core.argument, scope) : valueOf(core.argument, scope);
    case "BinaryExpression": {
      const operator = operators[core.operator];
      if (!operator) throw new Unreadable(`the formula has the operator "${core.operator}", which is not read`);
      return operator(valueOf(core.left, scope), valueOf(core.right, scope));
    }
    case "CallExpression": {
      const name = (core.callee as jsep.Identifier).name;
      const called = functions[name];
      if (!called) throw new Unreadable(`the formula calls "${name}", which is not read`);
      return called(...core.arguments.map((argument) => valueOf(argument, scope)));
    }
    default:
      throw new Unreadable(`the formula has a ${core.type}, which is not read`);
  }
}
