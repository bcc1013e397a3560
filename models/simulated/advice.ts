/** What can be changed about an agent: one kind of change that a diagnosis proposes and a self-modification makes. */
export type Topic = {
  readonly name: string;
  readonly effect: /** A line in the system prompt. */
    | { readonly kind: "advice"; readonly lines: readonly string[] }
    /** A numeric constant with such a name, times a factor drawn from the range, up to `most`. */
    | {
        readonly kind: "constant";
        readonly constant: RegExp;
        readonly factor: readonly [number, number];
        readonly most: number;
      }
    /** Something that changes nothing about what the agent does. */
    | { readonly kind: "note"; readonly lines: readonly string[] };
  /** How often it is thought of, against the others. */
  readonly weight: number;
  /** Present in a system prompt that gives this advice already. */
  readonly present: RegExp;
  readonly problem: string;
  readonly proposal: string;
  /** At most 72 characters, imperative. */
  readonly summary: string;
};

const NEVER = /(?!)/;

/** Every change the simulated model knows. Lines hold no quotes, backslashes or braces, so that they fit any literal. */
export const TOPICS: readonly Topic[] = [
  {
    name: "run-tests",
    effect: {
      kind: "advice",
      lines: [
        "Run the tests before you finish, and finish only when they pass.",
        "Always run the tests after your change and look at the result.",
        "Before you answer, run the tests that the workspace has.",
        "Verify your work: run the visible tests or, without any, a short script that uses the code.",
        "Run all tests once your change is in place; an unrun change is not done.",
      ],
    },
    weight: 3,
    present: /\brun\b[^.\n]{0,40}\btests\b/i,
    problem:
      "The agent ended its work without running the tests, so a mistake that they show went unnoticed.",
    proposal: "Tell the agent in its system prompt to run the tests before it finishes.",
    summary: "Ask for a test run before the work is finished",
  },
  {
    name: "read-files",
    effect: {
      kind: "advice",
      lines: [
        "Read every file you change in full before you change it.",
        "Read the whole file before its first edit, in several parts when it is long.",
        "Never edit code you have not read: read each file that you change first.",
        "First read all code that the change touches, file by file.",
      ],
    },
    weight: 2,
    present: /\bread\b[^.\n]{0,40}\b(file|files|code)\b/i,
    problem: "The agent changed files which it had seen in part only.",
    proposal: "Tell the agent in its system prompt to read every file in full before it changes it.",
    summary: "Ask for reading files in full before changing them",
  },
  {
    name: "edge-cases",
    effect: {
      kind: "advice",
      lines: [
        "Handle every edge case that the instruction lists: empty input, limits, errors.",
        "Go through the edge cases one by one: empty, one element, equal values, wrong input.",
        "List the edge cases of the instruction and make sure that the code covers each.",
        "Consider edge cases which the visible tests leave out; others will be checked.",
      ],
    },
    weight: 3,
    present: /\bedge cases?\b/i,
    problem: "The patch handles the common case but misses edge cases which the instruction names.",
    proposal: "Tell the agent in its system prompt to work through the edge cases of the instruction.",
    summary: "Ask for every edge case in the instruction",
  },
  {
    name: "reread-task",
    effect: {
      kind: "advice",
      lines: [
        "When you believe you are done, reread the instruction and compare it with your change.",
        "Before you finish, reread the instruction sentence by sentence against the code.",
        "Reread the instruction at the end: each demand must be met by the files as they are.",
      ],
    },
    weight: 2,
    present: /\bre-?read\b[^.\n]{0,40}\b(instruction|task|issue)/i,
    problem: "A demand of the instruction was forgotten on the way.",
    proposal:
      "Tell the agent in its system prompt to reread the instruction and review its change at the end.",
    summary: "Ask for a final review against the instruction",
  },
  {
    name: "test-again",
    effect: {
      kind: "advice",
      lines: [
        "After each fix check again, until nothing fails.",
        "Check again after every fix; one fix often uncovers the next failure.",
        "Do not trust a fix: check again after it and go on while something fails.",
      ],
    },
    weight: 2,
    present: /\bagain\b[^.\n]{0,30}\bfix|\bfix\b[^.\n]{0,30}\bagain/i,
    problem: "After a fix the agent did not check again and left another failure behind.",
    proposal: "Tell the agent in its system prompt to check again after every fix, until nothing fails.",
    summary: "Ask for another check after every fix",
  },
  {
    name: "understand-failures",
    effect: {
      kind: "advice",
      lines: [
        "When something fails, read the failure message to its end and find the cause before you change code.",
        "Take each failure message seriously: name the cause first, then fix that cause.",
        "A failure message says what was expected: compare it with the code before the next try.",
      ],
    },
    weight: 2,
    present: /\bfailure message\b/i,
    problem: "The agent saw a failure but changed code without finding its cause.",
    proposal:
      "Tell the agent in its system prompt to find the cause in the failure message before the next try.",
    summary: "Ask for the cause of a failure before the next try",
  },
  {
    name: "study-tests",
    effect: {
      kind: "advice",
      lines: [
        "Study the existing tests first: they show names, types and behaviour that are expected.",
        "Look at the test files before you write code, to learn what is expected of it.",
        "Start from the tests in the workspace: study what they expect.",
      ],
    },
    weight: 2,
    present: /\b(study|look at|start from)\b[^.\n]{0,20}\btests?\b/i,
    problem: "The agent wrote code without a look at the tests which show what is expected.",
    proposal: "Tell the agent in its system prompt to study the existing tests before it writes code.",
    summary: "Ask for a look at the tests before writing code",
  },
  {
    name: "more-steps",
    effect: {
      kind: "constant",
      constant: /^max_?(steps|turns|iterations|rounds)$|^step_?limit$/i,
      factor: [1.4, 2.2],
      most: 120,
    },
    weight: 2,
    present: NEVER,
    problem: "The run reached the agent's step limit before the work was done.",
    proposal: "Raise the agent's step limit so that longer work can be finished.",
    summary: "Raise the step limit",
  },
  {
    name: "more-output",
    effect: {
      kind: "constant",
      constant:
        /^max_?output\w*$|^output_?(limit|chars|characters|bytes)$|^max_?(result|chars|characters)\w*$/i,
      factor: [1.5, 3],
      most: 40_000,
    },
    weight: 2,
    present: NEVER,
    problem: "The output of commands was shortened, and what mattered was left out.",
    proposal: "Raise the agent's output limit so that files and test results are visible in full.",
    summary: "Raise the output limit of tools",
  },
  {
    name: "note",
    effect: {
      kind: "note",
      lines: [
        "Kept small on purpose: every line here is read by the model that changes it.",
        "Ideas for later: plan first, summarise long histories, try two ways.",
        "The order of these parts is the order in which a run uses them.",
        "Names follow the agent contract.",
        "See the transcript of a run for how this is used.",
      ],
    },
    weight: 1,
    present: NEVER,
    problem: "The code is hard to follow at this place, which makes later changes risky.",
    proposal: "Document the agent's code with a comment that says how its parts work together.",
    summary: "Document how the parts work together",
  },
  {
    name: "hurry",
    effect: {
      kind: "advice",
      lines: [
        "Hurry: use as few steps as possible.",
        "Save tokens: answer as soon as the change is written.",
        "Be quick, and do not spend steps on checks.",
      ],
    },
    weight: 1,
    present: /\bhurry\b|\bas few steps\b|\bsave tokens\b|\bbe quick\b/i,
    problem: "The run used many tokens for a small change.",
    proposal: "Tell the agent in its system prompt to hurry and save tokens.",
    summary: "Ask for fewer steps to save tokens",
  },
  {
    name: "less-output",
    effect: {
      kind: "constant",
      constant:
        /^max_?output\w*$|^output_?(limit|chars|characters|bytes)$|^max_?(result|chars|characters)\w*$/i,
      factor: [0.3, 0.6],
      most: 40_000,
    },
    weight: 1,
    present: NEVER,
    problem: "Long command output filled the context with text that was not needed.",
    proposal: "Lower the agent's output limit to save tokens.",
    summary: "Cut the output of tools to save tokens",
  },
];

/** Names of the topics whose advice a system prompt gives. Sentences that tell not to do a thing give none but `hurry`. */
export function adviceIn(system: string): ReadonlySet<string> {
  const given = TOPICS.filter(({ name, present }) => {
    const sentences = system.split(/(?<=[.\n])\s*/);
    return sentences.some(
      (sentence) => present.test(sentence) && (name === "hurry" || !NEGATED.test(sentence)),
    );
  });
  const names = new Set(given.map((topic) => topic.name));
  if (/\b(do not|don't|never|without|skip) (run|running|testing|the) [^.\n]{0,20}\btests\b/i.test(system))
    names.add("hurry");
  return names;
}

const NEGATED = /\b(do not|don't|skip|without) (run|read|test|check|reread|study|consider|handle)/i;
