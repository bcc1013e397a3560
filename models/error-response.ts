/** An error in the shape which OpenAI clients understand. */
export function errorResponse(status: number, code: string, message: string): Response {
  // The Fetch standard has no 499; clients that went away never read it.
  const shown = status === 499 ? 503 : status;
  return Response.json({ error: { message, type: "evolver_error", param: null, code } }, { status: shown });
}
