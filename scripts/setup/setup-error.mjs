/** What keeps a checkout from being ready; the message says what to do, the exit code is the process's. */
export class SetupError extends Error {
  /** @param {string} message @param {number} [exitCode] */
  constructor(message, exitCode = 3) {
    super(message);
    this.name = "SetupError";
    this.exitCode = exitCode;
  }
}
