// Settings of a function, from its environment. Read once, when an execution environment starts.

/** The value of an environment variable. */
export function text(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
