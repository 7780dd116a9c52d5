import type { ContractResult } from "@tokenwise/testkit";
import { Chalk, type ChalkInstance, type ColorSupportLevel } from "chalk";
import { renderGroup, renderLegend, renderPrompt } from "../explain/render-groups.ts";
import { table } from "../output/format.ts";
import type { Checked } from "./check-subject.ts";
import { describePlan } from "./describe-plan.ts";

export interface DescribeOptions {
  readonly colors: ColorSupportLevel;
  /** Laws that hold, too. */
  readonly laws: boolean;
  /** Where the pair was computed. */
  readonly backend: string;
}

/** Whether every law holds and the planner takes it. */
export const isSound = ({ contract, refusal }: Checked): boolean => refusal === undefined && !contract.some(isBroken);

export function describeChecked(checked: Checked, { colors, laws, backend }: DescribeOptions): string {
  const chalk = new Chalk({ level: colors });
  const { name, contract, source, plan, group, refusal } = checked;
  const sections = [
    ...(plan ? [chalk.bold("plan\n") + table(indented(describePlan(plan)))] : []),
    chalk.bold(`contract: ${count(contract)}\n`) + describeLaws(contract, laws, chalk),
    ...(refusal ? [`${chalk.bold("refused")}\n  ${refusal.code}: ${refusal.message.replaceAll("\n", "\n  ")}\n`] : []),
    ...(group
      ? [
          `${chalk.bold("a pair")}, ${source}, on ${backend}\n${renderPrompt(group.prompt)}\n${renderLegend(colors)}` +
            renderGroup(name, group, { colors, values: true }),
        ]
      : []),
  ];
  return `${chalk.bold(name)}\n\n${sections.join("\n")}\n`;
}

const indented = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  rows.map(([label = "", ...rest]) => [`  ${label}`, ...rest]);

const isBroken = ({ holds }: ContractResult): boolean => !holds;

function count(contract: readonly ContractResult[]): string {
  const applicable = contract.filter(({ notApplicable }) => notApplicable === undefined);
  const held = applicable.filter(({ holds }) => holds);
  const rest = contract.length - applicable.length;
  return `${held.length} of ${applicable.length} laws hold${rest > 0 ? `, ${rest} do not apply` : ""}`;
}

/** What is broken with the numbers, laws that break for one reason together; why some do not apply; what holds, if all are asked for. */
function describeLaws(contract: readonly ContractResult[], all: boolean, chalk: ChalkInstance): string {
  const reasons = new Set(contract.flatMap(({ notApplicable }) => notApplicable ?? []));
  const problems = new Map<string, string[]>();
  for (const { name, problem = "" } of contract.filter(isBroken)) {
    const reason = problem.replace(`${name}: `, "");
    problems.set(reason, [...(problems.get(reason) ?? []), name]);
  }
  const broken = [...problems].flatMap(([problem, [first = "", ...others]]) => [
    `  ${chalk.red("broken")}  ${first}${others.length > 0 ? `, and ${others.length} other laws for one reason` : ""}`,
    indent(problem),
  ]);
  const rest = contract.filter((result) => all && result.holds);
  const lines = rest.map(({ name, notApplicable }) =>
    notApplicable === undefined ? `  holds   ${name}` : chalk.dim(`  -       ${name}: ${notApplicable}`),
  );
  const without = all || reasons.size === 0 ? [] : [chalk.dim(`  without those for which ${[...reasons].join("; ")}`)];
  return [...broken, ...lines, ...without].map((line) => `${line}\n`).join("");
}

const indent = (text: string): string => `          ${text.replaceAll("\n", "\n          ")}`;
