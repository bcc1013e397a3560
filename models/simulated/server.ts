import { createHash } from "node:crypto";
import { z } from "zod";
import type { RunContext } from "../contract.ts";
import { type Completion, estimateTokens, toEventStream, toObject } from "./completion.ts";
import { type ChatRequest, type Conversation, chatRequest, readConversation } from "./conversation.ts";
import { diagnose } from "./diagnose.ts";
import { improve } from "./improve.ts";
import { solve } from "./solve.ts";
import { type Action, callFor, recogniseTools, type Toolbox } from "./tools.ts";

const HEADERS = { "x-evolver-simulated": "true" };

/**
 * An OpenAI-compatible model server without weights: deterministic, seeded by `context.seed`, and stateless: what it
 * knows of a run is in the messages. `skill` is from 0 to 1. Answers `POST /v1/chat/completions`, streamed or not, and
 * `GET /v1/models`; everything else gets an error of OpenAI's shape. Every response carries `x-evolver-simulated`.
 * docs/simulated-model.md says what it is not.
 */
export function createSimulatedModel({
  skill,
}: {
  readonly skill: number;
}): (request: Request, context: RunContext) => Promise<Response> {
  if (!(skill >= 0 && skill <= 1)) {
    throw new RangeError(`skill of the simulated model must be a number from 0 to 1, not ${skill}`);
  }
  const model = `simulated-${skill}`;
  const card = { id: model, object: "model", created: 0, owned_by: "evolver-simulated" };
  return async (request, context) => {
    const route = `${request.method} ${new URL(request.url).pathname.replace(/\/$/, "")}`;
    switch (route) {
      case "POST /v1/chat/completions":
        return await answer(request, context, skill, model);
      case "GET /v1/models":
        return Response.json({ object: "list", data: [card] }, { headers: HEADERS });
      case `GET /v1/models/${model}`:
        return Response.json(card, { headers: HEADERS });
      default:
        return failure(
          404,
          `${route}: the simulated model has POST /v1/chat/completions and GET /v1/models only`,
        );
    }
  };
}

async function answer(
  request: Request,
  context: RunContext,
  skill: number,
  model: string,
): Promise<Response> {
  let json: unknown;
  try {
    json = await request.json();
  } catch {
    return failure(400, "the request's body is not JSON: send a chat completion request");
  }
  const parsed = chatRequest.safeParse(json);
  if (!parsed.success) return failure(400, `not a chat completion request: ${z.prettifyError(parsed.error)}`);

  const completion = complete(parsed.data, context, skill, model);
  if (!parsed.data.stream) return Response.json(toObject(completion), { headers: HEADERS });
  return new Response(toEventStream(completion, parsed.data), {
    headers: { ...HEADERS, "content-type": "text/event-stream", "cache-control": "no-cache" },
  });
}

function complete(request: ChatRequest, context: RunContext, skill: number, model: string): Completion {
  const conversation = readConversation(request);
  const toolbox = recogniseTools(request);
  const action = nextAction(conversation, context, skill, toolbox);
  const called = callFor(action, toolbox);
  const call =
    called && action.kind !== "answer"
      ? { ...called, id: `call_${conversation.turn}_${action.tag}` }
      : undefined;
  const id = createHash("sha256")
    .update(JSON.stringify([context.seed, conversation.turn]))
    .digest("hex");
  const prompt_tokens = estimateTokens(JSON.stringify([request.messages, request.tools ?? []]));
  const completion_tokens = estimateTokens(action.say + (call ? JSON.stringify(call.arguments) : ""));
  return {
    id: `chatcmpl-simulated-${id.slice(0, 16)}`,
    model,
    text: action.say,
    call,
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

function nextAction(
  conversation: Conversation,
  context: RunContext,
  skill: number,
  toolbox: Toolbox,
): Action {
  switch (context.kind) {
    case "solve":
      return solve(conversation, context, skill, toolbox);
    case "self-improve":
      return improve(conversation, context, skill, toolbox);
    case "diagnose":
      return { kind: "answer", say: diagnose(conversation, context) };
    case "admit":
      return { kind: "answer", say: "Nothing to do." };
  }
}

function failure(status: 400 | 404, message: string): Response {
  const error = {
    message,
    type: "invalid_request_error",
    param: null,
    code: status === 404 ? "not_found" : null,
  };
  return Response.json({ error }, { status, headers: HEADERS });
}
