/** What the template tells the functions; read once, when the execution environment starts. */

/** An environment variable that must be there. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`the environment variable ${name} is not set`);
  return value;
}
