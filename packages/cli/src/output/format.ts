/** Numbers and durations for people. */

/** Four significant digits, without trailing zeros and exponents where they can be done without. */
export function number(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(2);
}

/** 1,234,567 → 1.2 M */
export function count(value: number): string {
  const units = [[1e9, " G"] as const, [1e6, " M"] as const, [1e4, " k"] as const];
  const [size, unit] = units.find(([least]) => value >= least) ?? [1, ""];
  const scale = size === 1e4 ? 1e3 : size;
  return `${size === 1 ? String(value) : (value / scale).toFixed(1)}${unit}`;
}

/** 45 s, 3 min 20 s, 2 h 5 min */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** Rows in columns, the last one unpadded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (sofar, row) => row.map((cell, index) => Math.max(sofar[index] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]): string => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}
