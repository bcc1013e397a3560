/** One request and its answer as they went over the wire. */
export type Exchange = {
  readonly sequence: number;
  /** JSON. */
  readonly request: string;
  readonly status: number;
  readonly response: string;
  readonly error: string | undefined;
};

export type Recording = {
  add(exchange: Exchange): void;
  /** JSON lines, one for each exchange; a last line without a request says how many were left out. */
  text(): string;
};

/** Far from what a run in good faith needs, and from the longest string there is. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Collects a run's exchanges in the order in which they ended, up to a size: agents choose what is in them. */
export function openRecording(maxBytes = MAX_BYTES): Recording {
  const lines: string[] = [];
  let bytes = 0;
  let leftOut = 0;
  let last = 0;
  return {
    add(exchange) {
      last = exchange.sequence;
      // Once full it stays full, so that what is there has no gaps.
      const line = leftOut > 0 ? undefined : format(exchange, maxBytes - bytes);
      if (line === undefined) {
        leftOut += 1;
      } else {
        lines.push(line);
        bytes += Buffer.byteLength(line);
      }
    },
    text() {
      if (leftOut === 0) return lines.join("");
      const error = `the recording is full at ${maxBytes} bytes; the ${leftOut} calls which ended last are left out`;
      const note = { sequence: last, request: null, status: 0, response: "", error };
      return `${lines.join("")}${JSON.stringify(note)}\n`;
    },
  };
}

/** Undefined when there is no room for it. */
function format({ request, ...rest }: Exchange, room: number): string | undefined {
  if (request.length + rest.response.length > room) return undefined;
  const { sequence, status, response, error } = rest;
  // The request is JSON as it is: agents nest theirs deeper than can be written a second time.
  const line = `{"sequence":${sequence},"request":${request},${JSON.stringify({ status, response, error }).slice(1)}\n`;
  return Buffer.byteLength(line) > room ? undefined : line;
}
