import { expect, test } from "vitest";
import { adviceIn, TOPICS } from "./advice.ts";
import { BREAKAGES, spoil } from "./breakage.ts";
import { makeChange } from "./change.ts";
import { constantsIn, withValue } from "./constants.ts";
import { namedStream } from "./named-stream.ts";

const LIST = `const MAX_STEPS = 20;
const MAX_OUTPUT = 4_000;
const described = "Runs a command in a shell and returns what it printed, with its exit code. " + \`It takes \${MAX_STEPS} s.\`;
const pattern = /["'\`]/;
const SYSTEM_PROMPT = [
  "You are a coding agent.", // who
  "Do what the instruction asks, and no more than that.",
  "Answer when you are done.",
].join("\\n");
`;
const TEMPLATE = `const MAX_OUTPUT = 4_000;
const prompt = (name) => \`You are \${name ? \`\${name}, an agent\` : "an agent"}.
- Do what the instruction asks.
- Answer with one sentence when you are done.
\`;
const SYSTEM_PROMPT = prompt("x");
`;
const CONCATENATION = `const limits = { maxSteps: 12, maxOutput: 3000 };
const SYSTEM_PROMPT =
  "You are a coding agent, and a careful one.\\n" +
  "Do what the instruction asks.\\n" +
  "Answer when done.";
void limits;
`;
const SINGLE = `const SYSTEM_PROMPT = 'You are a coding agent. Do what the instruction asks, then answer.';\n`;

test.each([
  { shape: "a list of lines", source: LIST },
  { shape: "a template", source: TEMPLATE },
  { shape: "a concatenation", source: CONCATENATION },
  { shape: "one string", source: SINGLE },
])("advice for $shape reaches the prompt, for 40 generations, and the code still runs", ({ source }) => {
  let sources = new Map([["main.js", source]]);
  const seen = new Set<string>();
  for (let generation = 0; generation < 40; generation++) {
    const topic = TOPICS[generation % TOPICS.length]!;
    const change = makeChange(topic, sources, namedStream("generation", generation))!;
    const before = [...sources.values()].join();
    sources = new Map([...sources, [change.path, change.content]]);
    expect([...sources.values()].join()).not.toBe(before);
    seen.add([...sources.values()].join());

    const prompt = systemPrompt(sources.get("main.js")!);
    for (const line of linesOf(topic)) {
      if (sources.get("main.js")!.includes(line)) expect(prompt).toContain(line);
    }
  }
  expect(seen.size).toBe(40);
  const prompt = systemPrompt(sources.get("main.js")!);
  expect(adviceIn(prompt).size).toBeGreaterThanOrEqual(8);
  for (const line of TOPICS.flatMap(linesOf)) expect(prompt.split(line).length).toBeLessThanOrEqual(2);
});

test("Python: the prompt gets the advice, not a docstring", () => {
  const source = `"""You are reading an agent: a very long docstring about the system prompt and all it does."""\nSYSTEM_PROMPT = """You are an agent.\nDo the work."""\n`;
  const change = makeChange(TOPICS[0]!, new Map([["main.py", source]]), namedStream("python"))!;
  const [docstring, prompt] = change.content.split("SYSTEM_PROMPT");
  expect(docstring).toBe(source.split("SYSTEM_PROMPT")[0]);
  expect(adviceIn(prompt!)).toContain("run-tests");
});

test("constants keep their notation", () => {
  const [steps, output] = constantsIn(
    "MAX_STEPS = 20\nexport const MAX_OUTPUT: number = 4_000; // characters\n",
  );
  expect([steps?.value, output?.value]).toEqual([20, 4000]);
  expect(withValue("x = 4_000;", constantsIn("x = 4_000;")[0]!, 1_234_567)).toBe("x = 1_234_567;");
  expect(constantsIn("x = 4 * 5;\ny = f(3)\nz = 0.5;\n")).toEqual([]);
});

test("a limit that is raised stays below its cap and always changes", () => {
  const topic = TOPICS.find(({ name }) => name === "more-steps")!;
  let source = LIST;
  for (let generation = 0; generation < 10; generation++) {
    const change = makeChange(topic, new Map([["main.js", source]]), namedStream("steps", generation))!;
    expect(change.content).not.toBe(source);
    if (change.path === "main.js") source = change.content;
  }
  expect(constantsIn(source)[0]).toMatchObject({ name: "MAX_STEPS", value: 120 });
});

test("every breakage spoils a real source", () => {
  const source = `import { a } from "./a.ts";\n\nexport const LIMIT = 3;\nconsole.log(a(LIMIT));\n`;
  for (const [name, breakage] of Object.entries(BREAKAGES))
    expect(breakage(source, false), name).not.toBe(source);
  for (let seed = 0; seed < 30; seed++)
    expect(spoil("x\n", "a.py", namedStream("spoil", seed))).not.toBe("x\n");
});

function linesOf({ effect }: (typeof TOPICS)[number]): readonly string[] {
  return effect.kind === "advice" ? effect.lines : [];
}

function systemPrompt(source: string): string {
  return new Function(`${source}\nreturn SYSTEM_PROMPT;`)();
}
