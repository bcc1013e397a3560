import type { RunContext } from "../contract.ts";
import { adviceIn, TOPICS, type Topic } from "./advice.ts";
import { spoil } from "./breakage.ts";
import { type Change, isLikelyPlace, isSource, makeChange } from "./change.ts";
import type { Conversation } from "./conversation.ts";
import { namedStream, pick, type Stream } from "./named-stream.ts";
import { exactReplacement } from "./replacement.ts";
import { checkAction, readVerdict } from "./test-run.ts";
import { type Action, quote, type Toolbox } from "./tools.ts";
import { listAction, readAction, viewWorkspace, type WorkspaceView } from "./workspace-view.ts";

type Plan = {
  readonly change: Change;
  /** What is written at first, when the model makes a mistake: perhaps in another file. */
  readonly mistake: Change | undefined;
  readonly before: ReadonlyMap<string, string>;
};

/** Reading steps after which the model makes do with what it has seen. */
const MOST_READS = 10;

/**
 * The next action on an agent's own source: list, read, edit as the proposal in the instruction says, sometimes check,
 * answer. Edits are real and made through the agent's tools; with falling skill more of them break the agent.
 */
export function improve(
  conversation: Conversation,
  context: RunContext,
  skill: number,
  toolbox: Toolbox,
): Action {
  if (!toolbox.run || !toolbox.write) {
    return { kind: "answer", say: "I have no tools to read and change files, so nothing is changed." };
  }
  const view = viewWorkspace(conversation);
  if (!view.listing)
    return conversation.steps.length === 0
      ? listAction()
      : { kind: "answer", say: "I could not see any file." };

  const draw = (purpose: string) => namedStream(context.seed, "improve", purpose)();
  const topic = topicOf(conversation.instruction, namedStream(context.seed, "topic"));
  const plan = planChange(
    topic,
    conversation,
    view,
    namedStream(context.seed, "change"),
    draw("outcome"),
    skill,
  );
  if ("kind" in plan) return plan;
  return carryOut(plan, conversation, toolbox, draw, skill);
}

/** The plan, once enough is read to make it; until then the next reading step. */
function planChange(
  topic: Topic,
  conversation: Conversation,
  view: WorkspaceView,
  stream: Stream,
  outcome: number,
  skill: number,
): Plan | Action {
  const paths = view.listing!.map((file) => file.path).filter(isSource);
  const likely = paths.filter((path) => path === "agent.json" || isLikelyPlace(topic, path));
  const enough = likely.length > 1 ? likely : paths;
  const rest = paths.filter((path) => !likely.includes(path));
  const reads = conversation.steps.filter((step) => step.tag === "read").length;
  if (enough.some((path) => !view.contents.has(path)) && reads < MOST_READS) {
    const reading = readAction([...likely, ...rest], conversation);
    if (reading) return reading;
  }
  const sources = new Map(
    paths.flatMap((path) => (view.contents.has(path) ? [[path, view.contents.get(path)!]] : [])),
  );
  const change = outcome < 0.05 ? undefined : makeChange(topic, sources, stream);
  if (!change) return { kind: "answer", say: "I looked at the code and found nothing to change." };

  const isBroken = outcome < 0.05 + 0.44 * (1 - skill);
  const entry = paths.find((path) => commandOf(sources, "command").includes(path));
  const target = stream() < 0.5 && entry && sources.has(entry) ? entry : change.path;
  const intact = target === change.path ? change.content : sources.get(target)!;
  const mistake = isBroken ? { path: target, content: spoil(intact, target, stream) } : undefined;
  return { change, mistake, before: sources };
}

function carryOut(
  { change, mistake, before }: Plan,
  conversation: Conversation,
  toolbox: Toolbox,
  draw: (purpose: string) => number,
  skill: number,
): Action {
  const step = (tag: string) => conversation.steps.find((candidate) => candidate.tag === tag);
  const written = new Map(
    [change, ...(mistake ? [mistake] : [])].map(({ path, content }) => [path, content]),
  );
  for (const [path, content] of written) {
    const edit = step(`edit-${path}`);
    if (!edit) return editAction(path, before.get(path), content, toolbox);
    if (hasFailed(edit.result) && !step(`rewrite-${path}`)) {
      return {
        kind: "write",
        tag: `rewrite-${path}`,
        say: "That did not work; I write the whole file.",
        path,
        content,
      };
    }
  }
  const command = commandOf(before, "check").map(quote).join(" ");
  const checks = adviceIn(conversation.system).has("run-tests") ? 0.9 : 0.3;
  const check = step("check");
  if (!check && command && draw("check") < checks) return checkAction("check", command);
  if (
    check &&
    mistake &&
    readVerdict(check).result === "failed" &&
    draw("repair") < 0.3 + 0.5 * skill &&
    !step("repair")
  ) {
    const content = mistake.path === change.path ? change.content : before.get(mistake.path)!;
    return {
      kind: "write",
      tag: "repair",
      say: "The check fails; I correct my mistake.",
      path: mistake.path,
      content,
    };
  }
  return { kind: "answer", say: `I changed ${change.path} as proposed.` };
}

function editAction(path: string, before: string | undefined, content: string, toolbox: Toolbox): Action {
  const tag = `edit-${path}`;
  const replacement = toolbox.replace && before !== undefined ? exactReplacement(before, content) : undefined;
  if (replacement) return { kind: "replace", tag, say: `I edit ${path}.`, path, ...replacement };
  return { kind: "write", tag, say: `I write ${path}.`, path, content };
}

function hasFailed(result: string): boolean {
  return (
    result.length < 400 && /^error|\b(not found|no match|no such|denied|failed|exactly once)\b/i.test(result)
  );
}

/** The topic whose proposal the instruction holds; for a proposal of another model's, any that improves. */
function topicOf(instruction: string, stream: Stream): Topic {
  const good = TOPICS.filter(({ name }) => name !== "hurry" && name !== "less-output");
  return TOPICS.find(({ proposal }) => instruction.includes(proposal)) ?? pick(good, stream)!;
}

function commandOf(sources: ReadonlyMap<string, string>, key: "command" | "check"): readonly string[] {
  try {
    const value: unknown = JSON.parse(sources.get("agent.json") ?? "{}")[key];
    return Array.isArray(value) ? value.filter((word) => typeof word === "string") : [];
  } catch {
    return [];
  }
}
