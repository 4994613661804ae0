// What work comes to. One module beside this one for each kind of work; none of them knows of AWS.

/** A result that is kept as a file. */
export interface Artifact {
  readonly body: Uint8Array;
  /** End of its name, after the name of the upload. */
  readonly suffix: string;
  readonly contentType: string;
}

/** A result that is kept as an item of a table. */
export type Facts = Readonly<Record<string, string | number>>;
