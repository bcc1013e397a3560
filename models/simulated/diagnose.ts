import type { RunContext } from "../contract.ts";
import { adviceIn, TOPICS, type Topic } from "./advice.ts";
import { constantsIn } from "./constants.ts";
import type { Conversation } from "./conversation.ts";
import { namedStream } from "./named-stream.ts";

/**
 * The answer to a diagnosis prompt: JSON `{problem, proposal, summary}` for a change which the agent's code in the
 * prompt lacks. One first answer in twenty is not JSON, as happens with real models.
 */
export function diagnose(conversation: Conversation, context: RunContext): string {
  const stream = namedStream(context.seed, "diagnose", conversation.turn);
  if (conversation.turn === 0 && stream() < 0.05)
    return "The agent should try harder: {problem: it did not succeed";
  const prompt = `${conversation.system}\n${conversation.instruction}`;
  const { problem, proposal, summary } = choose(prompt, stream());
  return JSON.stringify({ problem, proposal, summary });
}

function choose(prompt: string, draw: number): Topic {
  const code = codeIn(prompt);
  const given = adviceIn(code ?? "");
  const open = TOPICS.filter((topic) => !isGiven(topic, code ?? prompt, given));
  const weighted = open.map((topic) => ({ topic, weight: topic.weight * evidence(topic, prompt) }));
  let left = draw * weighted.reduce((sum, { weight }) => sum + weight, 0);
  for (const { topic, weight } of weighted) {
    if (left < weight) return topic;
    left -= weight;
  }
  throw new Error("no topic was drawn, though notes are always open");
}

/** The agent's code in the prompt without what only people read; undefined where no heading tells it from the rest. */
function codeIn(prompt: string): string | undefined {
  const section =
    /^# The agent's code\n([\s\S]*?)(?=^# (?:The task|What it printed|The patch|Outcome)|(?![\s\S]))/m.exec(
      prompt,
    )?.[1];
  const files = section?.split(/^(?==== .+ ===$)/m);
  return files?.filter((file) => !/^=== (?!.*prompt).*\.md ===$/m.test(file)).join("");
}

/** Whether the code has the change already, or has no place for it. */
function isGiven({ name, effect }: Topic, code: string, given: ReadonlySet<string>): boolean {
  switch (effect.kind) {
    case "advice":
      return given.has(name) || effect.lines.some((line) => code.includes(line));
    case "constant":
      return !constantsIn(code).some(
        (constant) => effect.constant.test(constant.name) && isChangeable(effect, constant.value),
      );
    case "note":
      return false;
  }
}

function isChangeable(
  { factor, most }: Extract<Topic["effect"], { kind: "constant" }>,
  value: number,
): boolean {
  return factor[0] < 1 ? value > 1_000 : value < most;
}

/** How much more likely what the transcript shows makes a topic. */
function evidence({ name }: Topic, prompt: string): number {
  if (name === "more-steps")
    return /stop: steps|after \d+ steps without|step limit \(\d+\)/i.test(prompt) ? 5 : 0.5;
  if (name === "more-output")
    return /\d+ (characters|bytes|lines) (left out|omitted|truncated)/i.test(prompt) ? 3 : 0.5;
  return 1;
}
