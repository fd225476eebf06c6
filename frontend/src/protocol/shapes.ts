/** Checks of what came from the other side, made of smaller ones. */

export type Fields = Readonly<Record<string, unknown>>;
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === "string";
export const isWhole: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
export const isCount: Check = (value) => Number.isInteger(value) && (value as number) >= 1;
export const isSwitch: Check = (value) => typeof value === "boolean";
export const isShare: Check = (value) => typeof value === "number" && value >= 0 && value <= 1;
export const optional = (check: Check): Check => (value) => value === undefined || check(value);
export const orNull = (check: Check): Check => (value) => value === null || check(value);
export const oneOf = (choices: readonly string[]): Check => (value) => choices.includes(value as string);
export const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
export const shaped = (shape: Readonly<Record<string, Check>>): Check => (value) =>
  isFields(value) && Object.entries(shape).every(([key, check]) => check(value[key]));

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
