// The account that a request is about. Looks at nothing but the path.

import { notFound, type Request } from "./web";

/** The account's id in the path. What cannot be an id is not looked for. */
export function accountIn(request: Request): string {
  const account = request.parameters["id"] ?? "";
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(account)) throw notFound();
  return account;
}
