/**
 * The wire between host and relay, both directions: type u8, stream u32, length u32, payload. Shared by the host and
 * by the relay inside the sandbox, so it imports nothing.
 */

/** Wire types by position. Who sends what: `messages.ts`. */
export const FRAME_TYPES = [
  "ready",
  "exec",
  "stdout",
  "stderr",
  "exit",
  "write",
  "read",
  "file",
  "data",
  "end",
  "done",
  "request",
  "response",
  "abort",
  "ack",
] as const;
export type FrameType = (typeof FRAME_TYPES)[number];

export type Frame = { readonly type: FrameType; readonly stream: number; readonly payload: Uint8Array };

/** Largest payload of one frame, bytes. */
export const MAX_PAYLOAD = 256 * 1024;

const HEADER = 9;

/** The other side does not speak the protocol; nothing after it can be trusted. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** One frame as bytes. Throws `ProtocolError` on a payload above `MAX_PAYLOAD`. */
export function encodeFrame(type: FrameType, stream: number, payload: Uint8Array): Uint8Array {
  if (payload.length > MAX_PAYLOAD) {
    throw new ProtocolError(`${type} frame: at most ${MAX_PAYLOAD} bytes of payload, got ${payload.length}`);
  }
  const bytes = new Uint8Array(HEADER + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = FRAME_TYPES.indexOf(type);
  view.setUint32(1, stream);
  view.setUint32(5, payload.length);
  bytes.set(payload, HEADER);
  return bytes;
}

/**
 * A decoder for one direction: give it chunks as they come, get the frames they complete. Throws `ProtocolError` on an
 * unknown type or an oversized length, as soon as the header is there.
 */
export function createDecoder(): (chunk: Uint8Array) => Frame[] {
  let parts: Uint8Array[] = [];
  let have = 0;
  let need = HEADER;
  return (chunk) => {
    parts.push(chunk);
    have += chunk.length;
    if (have < need) return [];
    const bytes = parts.length === 1 ? chunk : concat(parts, have);
    const frames: Frame[] = [];
    let offset = 0;
    need = HEADER;
    while (bytes.length - offset >= HEADER) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER);
      const type = FRAME_TYPES[view.getUint8(0)];
      const length = view.getUint32(5);
      if (type === undefined) throw new ProtocolError(`unknown frame type ${view.getUint8(0)}`);
      if (length > MAX_PAYLOAD) throw new ProtocolError(`${type} frame claims ${length} bytes of payload`);
      if (bytes.length - offset < HEADER + length) {
        need = HEADER + length;
        break;
      }
      const start = offset + HEADER;
      frames.push({ type, stream: view.getUint32(1), payload: bytes.subarray(start, start + length) });
      offset = start + length;
    }
    parts = offset < bytes.length ? [bytes.subarray(offset)] : [];
    have = bytes.length - offset;
    return frames;
  };
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
