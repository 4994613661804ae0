// What the content of the resource may be. To change it, change this, openapi.yaml and the table's members.

import { type Detail, Problem } from "./web";

export type Content = Record<string, string | number>;

/** A check gives the value back, or says what is wrong with it. */
type Check = (value: unknown) => { value: string | number } | { wrong: string };

// Whether a member is required, and what it may be.
export const MEMBERS: Record<string, { required: boolean; check: Check }> = {
  title: { required: true, check: text(1, 200) },
  note: { required: false, check: text(0, 2000) },
  quantity: { required: false, check: integer(1, 1_000_000) },
};

/** The content, if it is as described; else a problem that names every error at once. */
export function checked(value: unknown): Content {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid([{ pointer: "#", detail: "must be an object" }]);
  }
  const content: Content = {};
  const errors: Detail[] = [];
  const given = new Map<string, unknown>(Object.entries(value));
  for (const [name, { required, check }] of Object.entries(MEMBERS)) {
    if (given.has(name)) {
      const result = check(given.get(name));
      if ("wrong" in result) {
        errors.push({ pointer: pointer(name), detail: result.wrong });
      } else {
        content[name] = result.value;
      }
    } else if (required) {
      errors.push({ pointer: pointer(name), detail: "is required" });
    }
  }
  const unknown = [...given.keys()].filter((name) => !Object.hasOwn(MEMBERS, name)).sort();
  errors.push(...unknown.map((name) => ({ pointer: pointer(name), detail: "is not known" })));
  if (errors.length > 0) {
    throw invalid(errors);
  }
  return content;
}

/** A check for text of so many characters. */
function text(minimum: number, maximum: number): Check {
  const length = minimum > 0 ? `${minimum} to ${maximum}` : `at most ${maximum}`;
  return (value) => {
    if (typeof value !== "string") {
      return { wrong: "must be a string" };
    }
    if (!value.isWellFormed()) {
      return { wrong: "must be well-formed text" };
    }
    // Characters, not the halves of them that JavaScript counts.
    const characters = [...value].length;
    return characters < minimum || characters > maximum ? { wrong: `must have ${length} characters` } : { value };
  };
}

/** A check for a whole number in a range. */
function integer(minimum: number, maximum: number): Check {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum
      ? { value }
      : { wrong: `must be an integer from ${minimum} to ${maximum}` };
}

/** A JSON pointer to a member, as the fragment of a URI. */
function pointer(name: string): string {
  return `#/${encodeURIComponent(name.toWellFormed().replaceAll("~", "~0").replaceAll("/", "~1"))}`;
}

/** Content that is JSON, but not what is described. */
function invalid(errors: Detail[]): Problem {
  return new Problem(422, "invalid-content", "Invalid content", "the content does not have the expected members", errors);
}
