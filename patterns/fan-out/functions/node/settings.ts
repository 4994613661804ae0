// Settings of a function, from its environment. Read once, when an execution environment starts.

/** The value of an environment variable. */
export function text(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** The value of an environment variable that must be a whole number. */
export function number(name: string): number {
  const value = Number(text(name));
  if (!Number.isInteger(value)) throw new Error(`the environment variable ${name} is not a number`);
  return value;
}
