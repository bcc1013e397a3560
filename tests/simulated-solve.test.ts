import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import type { RunContext } from "../models/contract.ts";
import { createSimulatedModel } from "../models/simulated/server.ts";

const root = mkdtempSync(join(tmpdir(), "simulated-"));
afterAll(() => rmSync(root, { recursive: true }));

const SOLVED = `export function sum(values) {
  let total = 0;
  for (const value of values) {
    if (value > 0) total = total + value;
  }
  return total;
}
`;
const FILES = {
  "sum.js": "export function sum(values) {\n  return 0;\n}\n",
  // A test that starts in a millisecond: there are many runs here. It takes what is not the solution for wrong.
  "test.sh": `for line in "let total = 0" "of values" "if (value > 0) total = total + value" "  return total;"; do
  grep -qF "$line" sum.js || { echo "FAILED: expected $line"; exit 1; }
done
`,
};
const PLAIN = "You are an agent.";
const ADVICE =
  "Run the tests before you finish.\nRead every file you change in full.\nHandle every edge case.\nFind the cause in each failure message.";

test("the same seed gives the same commands and files, in another directory too", async () => {
  for (const seed of ["a", "b", "c"]) expect(await solve({ seed })).toEqual(await solve({ seed }));
});

test("a skilled model solves an easy task, an unskilled one a hard task hardly ever", async () => {
  expect(await solvedShare({ skill: 1, difficulty: 0, system: ADVICE })).toBeGreaterThan(0.9);
  expect(await solvedShare({ skill: 0, difficulty: 1 })).toBeLessThan(0.1);
});

test("good advice helps, haste hurts, and so does output that is cut", async () => {
  const plain = await solvedShare({});
  const advised = await solvedShare({ system: ADVICE });
  expect(advised).toBeGreaterThan(plain + 0.15);
  expect(await solvedShare({ system: "Hurry and do not run the tests." })).toBeLessThan(plain);
  expect(await solvedShare({ system: ADVICE, outputCharacters: 60 })).toBeLessThan(advised - 0.15);
});

test("advice to run the tests makes it run them, and a failure that it sees makes it try again", async () => {
  const runs = await Promise.all(seeds.map((seed) => solve({ seed, system: ADVICE })));
  const tested = runs.filter(({ commands }) =>
    commands.some((command) => command.includes("test.sh --test")),
  );
  expect(tested.length).toBeGreaterThan(seeds.length * 0.8);
  const retried = runs.filter(
    ({ commands }) => commands.filter((command) => command.includes("> sum.js")).length > 1,
  );
  expect(retried.length).toBeGreaterThan(0);
});

test("without a reference it looks around, says so and changes nothing", async () => {
  const { files, answer } = await solve({ reference: undefined });
  expect(answer).toContain("could not solve");
  expect(files).toEqual(FILES);
});

const seeds = Array.from({ length: 30 }, (_, index) => `seed ${index}`);

type Options = {
  readonly seed?: string;
  readonly skill?: number;
  readonly difficulty?: number;
  readonly system?: string;
  readonly outputCharacters?: number;
  readonly reference?: RunContext["reference"];
};

async function solvedShare(options: Options): Promise<number> {
  const runs = await Promise.all(seeds.map((seed) => solve({ ...options, seed })));
  return runs.filter(({ files }) => files["sum.js"] === SOLVED).length / runs.length;
}

/** The smallest agent: a loop around a shell tool whose output it cuts. */
async function solve(options: Options) {
  const { seed = "x", skill = 0.5, difficulty = 0.6, system = PLAIN, outputCharacters = 4_000 } = options;
  const reference = "reference" in options ? options.reference : new Map([["sum.js", SOLVED]]);
  const context: RunContext = { seed, kind: "solve", reference, difficulty };
  const model = createSimulatedModel({ skill });
  const directory = mkdtempSync(join(root, "workspace-"));
  for (const [path, content] of Object.entries(FILES)) writeFileSync(join(directory, path), content);

  const parameters = { type: "object", properties: { command: { type: "string" } } };
  const tools = [{ type: "function", function: { name: "bash", parameters } }];
  const instruction = "Add up the positive values. Run the tests with `sh test.sh --test`.";
  const messages: object[] = [
    { role: "system", content: system },
    { role: "user", content: instruction },
  ];
  const commands: string[] = [];
  for (;;) {
    const body = JSON.stringify({ model: "m", messages, tools });
    const response = await model(
      new Request("http://x/v1/chat/completions", { method: "POST", body }),
      context,
    );
    const completion = (await response.json()) as Completion;
    const { message } = completion.choices[0];
    messages.push(message);
    if (!message.tool_calls) {
      const files = Object.fromEntries(
        readdirSync(directory).map((path) => [path, readFileSync(join(directory, path), "utf8")]),
      );
      return { commands, files, answer: message.content };
    }
    for (const call of message.tool_calls) {
      const { command } = JSON.parse(call.function.arguments);
      commands.push(command);
      const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd: directory });
      messages.push({ role: "tool", tool_call_id: call.id, content: stdout.slice(0, outputCharacters) });
    }
  }
}

type Completion = {
  readonly choices: readonly [
    {
      readonly message: {
        readonly content: string;
        readonly tool_calls?: readonly {
          readonly id: string;
          readonly function: { readonly arguments: string };
        }[];
      };
    },
  ];
};
