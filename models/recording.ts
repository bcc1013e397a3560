/** One request and its answer as they went over the wire. */
export type Exchange = {
  readonly sequence: number;
  readonly request: unknown;
  readonly status: number;
  readonly response: string;
  readonly error: string | undefined;
};

/** Collects a run's exchanges as JSON lines, in the order in which they ended. */
export function openRecording(): { add(exchange: Exchange): void; text(): string } {
  const lines: string[] = [];
  return {
    add: (exchange) => void lines.push(`${JSON.stringify(exchange)}\n`),
    text: () => lines.join(""),
  };
}
