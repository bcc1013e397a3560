/** Answers of the model in one run; each is one step. */
export const MAX_STEPS = 20;

/** Seconds until a command of the `bash` tool is killed. */
export const COMMAND_TIMEOUT_SECONDS = 30;

/** Characters of a tool's result which the model gets to see; the middle of a longer one is left out. */
export const MAX_OUTPUT_CHARACTERS = 4_000;

/** Seconds to wait for one answer of the model; the host gives up earlier, by its own limit. */
export const MODEL_TIMEOUT_SECONDS = 24 * 60 * 60;

/** Tries for one call of the model, and the pause after the first failure; every further pause is twice as long. */
export const MODEL_TRIES = 5;
export const FIRST_PAUSE_SECONDS = 0.5;

/** Size of what the transcript on standard output shows of a tool's arguments and of its result. */
export const LOG_ARGUMENT_CHARACTERS = 300;
export const LOG_RESULT_LINES = 12;
