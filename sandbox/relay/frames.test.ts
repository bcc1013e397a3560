import fc from "fast-check";
import { expect, test } from "vitest";
import { createDecoder, encodeFrame, FRAME_TYPES, type Frame, MAX_PAYLOAD, ProtocolError } from "./frames.ts";

const frames = fc.array(
  fc.record({
    type: fc.constantFrom(...FRAME_TYPES),
    stream: fc.nat({ max: 0xffff_ffff }),
    payload: fc.uint8Array({ maxLength: 300 }),
  }),
);

function inPieces(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (let index = 0; offset < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return chunks;
}

const plain = ({ type, stream, payload }: Frame) => ({ type, stream, payload: [...payload] });

test("what is encoded is decoded, however it is cut", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sent, sizes) => {
      const bytes = Buffer.concat(
        sent.map(({ type, stream, payload }) => encodeFrame(type, stream, payload)),
      );
      const decode = createDecoder();
      const received = inPieces(bytes, sizes).flatMap((chunk) => decode(chunk));
      expect(received.map(plain)).toEqual(sent.map(plain));
    }),
  );
});

test("garbage gives frames or a ProtocolError, and never more bytes than went in", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
      const decode = createDecoder();
      try {
        const payloads = chunks
          .flatMap((chunk) => decode(chunk))
          .reduce((sum, { payload }) => sum + payload.length, 0);
        expect(payloads).toBeLessThanOrEqual(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
  );
});

test("an unknown type and an oversized length are found in the header", () => {
  expect(() => createDecoder()(Uint8Array.of(FRAME_TYPES.length, 0, 0, 0, 0, 0, 0, 0, 0))).toThrow(
    ProtocolError,
  );
  const header = Buffer.alloc(9);
  header.writeUInt32BE(MAX_PAYLOAD + 1, 5);
  expect(() => createDecoder()(header)).toThrow(/262145 bytes/);
  expect(() => encodeFrame("data", 1, new Uint8Array(MAX_PAYLOAD + 1))).toThrow(ProtocolError);
});
