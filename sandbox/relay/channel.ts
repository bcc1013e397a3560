import { createDecoder, encodeFrame, type Frame, type FrameType, MAX_PAYLOAD } from "./frames.ts";

/** Sends one frame; resolves once the bytes are taken (await it to respect back-pressure). Never throws for a dead peer. */
export type Send = (type: FrameType, stream: number, payload?: Uint8Array | object) => Promise<void>;

/** A `Send` that writes to `output`. Objects go as JSON. Throws `ProtocolError` on more than `MAX_PAYLOAD` bytes. */
export function sender(output: NodeJS.WritableStream): Send {
  return (type, stream, payload = EMPTY) => {
    const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
    const frame = encodeFrame(type, stream, bytes);
    return new Promise((resolve) => {
      // A peer that is gone shows as the end of the other direction; here it only must not hang or throw.
      output.write(frame, () => resolve());
    });
  };
}

const EMPTY = new Uint8Array();

/** The frames in a stream of bytes. Throws `ProtocolError` at the first thing that is none. */
export async function* framesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const decode = createDecoder();
  for await (const chunk of input) yield* decode(chunk);
}

/** `bytes` in pieces that fit a frame; none for no bytes. */
export function* pieces(bytes: Uint8Array, size: number = MAX_PAYLOAD): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

/** A frame's JSON payload, unchecked. Throws `SyntaxError`. */
export function json(frame: Frame): unknown {
  return JSON.parse(
    Buffer.from(frame.payload.buffer, frame.payload.byteOffset, frame.payload.length).toString(),
  );
}
