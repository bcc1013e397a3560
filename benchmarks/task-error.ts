/**
 * A task or a suite that can't be used as it is on disk.
 * - `missing`: a required directory or file isn't there.
 * - `invalid`: a file says something that breaks the format.
 * - `refused`: a file that may not be in a task: a link, a device, a strange name, too many or too large.
 */
export class TaskError extends Error {
  override readonly name = "TaskError";
  readonly code: "missing" | "invalid" | "refused";
  /** The file or directory it is about. */
  readonly path: string;
  constructor(code: TaskError["code"], path: string, message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.code = code;
    this.path = path;
  }
}
