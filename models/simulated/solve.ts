import type { RunContext } from "../contract.ts";
import { adviceIn } from "./advice.ts";
import type { Conversation } from "./conversation.ts";
import { damage } from "./mutate.ts";
import { namedStream, probability } from "./named-stream.ts";
import { checkAction, readVerdict, testCommand } from "./test-run.ts";
import { type Action, quote, type Toolbox } from "./tools.ts";
import { listAction, readAction, viewWorkspace, type WorkspaceView } from "./workspace-view.ts";

type Files = ReadonlyMap<string, string>;
type Situation = {
  readonly conversation: Conversation;
  readonly reference: Files;
  readonly difficulty: number;
  readonly skill: number;
  readonly advice: ReadonlySet<string>;
  readonly view: WorkspaceView;
  /** A draw that stays the same for the whole run. */
  readonly draw: (...purpose: (string | number)[]) => number;
  readonly seed: string;
};

/** Attempts after which the model believes that it can't do better. */
const PATIENCE = 3;

/**
 * The next action on a benchmark task, by what the messages show: look, read, write an attempt, test it, repair it,
 * review it, answer. An attempt is the reference itself or the reference with mistakes in it; what the agent shows
 * and asks for decides how likely it is the former.
 */
export function solve(
  conversation: Conversation,
  context: RunContext,
  skill: number,
  toolbox: Toolbox,
): Action {
  if (!toolbox.write)
    return { kind: "answer", say: "I have no tool that could change a file, so nothing is changed." };
  const situation: Situation = {
    conversation,
    reference: context.reference ?? new Map(),
    difficulty: context.difficulty ?? 0.5,
    skill,
    advice: adviceIn(conversation.system),
    view: viewWorkspace(conversation),
    draw: (...purpose) => namedStream(context.seed, "solve", ...purpose)(),
    seed: context.seed,
  };
  const look = toolbox.run && lookAround(situation);
  if (look) return look;
  if (situation.reference.size === 0)
    return { kind: "answer", say: "I looked at the files but could not solve this." };
  if (situation.draw("give up") < (situation.advice.has("hurry") ? 0.08 : 0.03)) {
    return { kind: "answer", say: "This needs no change as far as I can see." };
  }
  return attempts(situation, toolbox);
}

function lookAround({
  conversation,
  reference,
  difficulty,
  advice,
  view,
  draw,
}: Situation): Action | undefined {
  const done = (tag: string) => conversation.steps.filter((step) => step.tag === tag).length;
  if (!view.listing) return done("list") === 0 ? listAction() : undefined;
  if (conversation.steps.some((step) => step.tag.startsWith("write-"))) return undefined;

  const hurry = advice.has("hurry");
  const files = view.listing.map((file) => file.path);
  const tests = files.filter((path) => /(^|[/_.])tests?[/_.]|_test\./.test(path));
  const wanted = [...reference.keys()].filter((path) => files.includes(path));
  const studies = draw("study") < (advice.has("study-tests") ? 0.95 : hurry ? 0.05 : 0.25);
  const reads = draw("read") < (advice.has("read-files") ? 0.98 : hurry ? 0.5 : 0.85);
  const readings = advice.has("read-files") ? 8 : 2;
  const reading = readAction([...(reads ? wanted : []), ...(studies ? tests : [])], conversation);
  if (reading && done("read") < readings) return reading;

  // Harder tasks need more looking around, which costs steps.
  const curiosity = Math.floor(draw("look") * (hurry ? 2 : 4 + 20 * difficulty));
  const looks = done("look");
  if (files.length === 0 || looks >= curiosity) return undefined;
  const path = files[looks % files.length]!;
  const first = 40 * Math.floor(looks / files.length) + 1;
  const command = `sed -n ${first},${first + 39}p ${quote(path)}`;
  return { kind: "run", tag: "look", say: `I look at ${path}.`, command };
}

function attempts(situation: Situation, toolbox: Toolbox): Action {
  const { conversation, reference, advice, draw, view } = situation;
  const step = (tag: string) => conversation.steps.find((candidate) => candidate.tag === tag);
  let odds = firstOdds(situation);
  for (let attempt = 0; attempt < PATIENCE; attempt++) {
    const write = nextWrite(situation, attempt, odds);
    if (write) return write;
    if (!toolbox.run) break;

    const run = step(`test-${attempt}`);
    if (!run && draw("test", attempt) < chanceToTest(situation, attempt)) {
      const paths = view.listing?.map((file) => file.path) ?? [...reference.keys()];
      return checkAction(`test-${attempt}`, testCommand(conversation.instruction, paths));
    }
    const verdict = run && readVerdict(run);
    const repair = -1.6 + 3 * (situation.skill - 0.5) - 2 * (situation.difficulty - 0.5);
    if (verdict?.result === "failed") {
      odds = repair + 1.5 * (verdict.visible - 1) + (advice.has("understand-failures") ? 0.8 : 0);
      continue;
    }
    if (attempt > 0 || !advice.has("reread-task") || draw("review") > 0.9) break;
    if (!step("review")) return reviewAction([...reference.keys()]);
    if (isSolved(situation) || draw("insight") > 0.5) break;
    odds = repair + 0.8;
  }
  return { kind: "answer", say: summary(situation) };
}

function chanceToTest({ conversation, advice }: Situation, attempt: number): number {
  if (conversation.nudges > 0) return 1;
  const first = advice.has("run-tests") ? 0.95 : advice.has("hurry") ? 0.05 : 0.3;
  return attempt === 0 ? first : Math.max(first * 0.8, advice.has("test-again") ? 0.97 : 0.5);
}

/** Log odds that the first attempt is right. */
function firstOdds({ reference, difficulty, skill, advice, view, conversation }: Situation): number {
  const existing = [...reference.keys()].filter((path) => view.listing?.some((file) => file.path === path));
  const seen = existing.map((path) => view.share(path));
  const share = view.listing ? seen.reduce((sum, part) => sum + part, 0) / Math.max(1, seen.length) : 0;
  const read = existing.length === 0 && view.listing ? 1 : share;
  const studied = [...view.contents.keys()].some((path) => /test/.test(path) && !reference.has(path));
  return (
    -0.45 +
    4 * (skill - 0.5) -
    3 * (difficulty - 0.5) +
    1.6 * (read - 1) +
    (studied ? 0.4 : 0) +
    (advice.has("edge-cases") ? 0.4 : 0) -
    (advice.has("hurry") ? 0.6 : 0) +
    (conversation.system.length > 6_000 ? -0.5 : 0)
  );
}

/** The next file of an attempt that is not written yet. */
function nextWrite(situation: Situation, attempt: number, odds: number): Action | undefined {
  const { steps } = situation.conversation;
  for (const [path, content] of attemptFiles(situation, attempt, odds)) {
    const tag = `write-${attempt}-${path}`;
    const isWritten = steps.some((step) => step.tag === tag);
    if (isWritten || (attempt > 0 && lastWritten(situation, path)?.includes(content))) continue;
    return { kind: "write", tag, say: `I ${attempt === 0 ? "write" : "correct"} ${path}.`, path, content };
  }
  return undefined;
}

function attemptFiles(
  { reference, draw, seed, skill, difficulty }: Situation,
  attempt: number,
  odds: number,
): Files {
  if (draw("right", attempt) < probability(odds)) return reference;
  const stream = namedStream(seed, "damage", attempt);
  const paths = [...reference.keys()];
  const damaged = paths[Math.floor(stream() * paths.length)]!;
  const count = 1 + Math.floor(stream() * (1 + 2 * (1 - skill) + difficulty));
  const crude = 0.12 * (1 - skill);
  return new Map(
    [...reference].map(([path, text]) => [
      path,
      path === damaged ? damage(text, count, crude, stream) : text,
    ]),
  );
}

function lastWritten({ conversation }: Situation, path: string): string | undefined {
  const isWrite = /^write-\d+-(.+)$/;
  return conversation.steps.findLast((step) => isWrite.exec(step.tag)?.[1] === path)?.arguments;
}

function isSolved(situation: Situation): boolean {
  return [...situation.reference].every(([path, content]) => lastWritten(situation, path)?.includes(content));
}

function reviewAction(paths: readonly string[]): Action {
  const command = `cat ${paths.map(quote).join(" ")}`;
  return { kind: "run", tag: "review", say: "I compare what I wrote with the instruction.", command };
}

function summary({ conversation, reference }: Situation): string {
  const tested = conversation.steps.some((step) => step.tag.startsWith("test-"));
  return `I changed ${[...reference.keys()].join(", ")}${tested ? " and ran the tests" : ""}.`;
}
