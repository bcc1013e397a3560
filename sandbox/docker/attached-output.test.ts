import fc from "fast-check";
import { expect, test } from "vitest";
import { ProtocolError } from "../relay/frames.ts";
import { attachedOutput } from "./attached-output.ts";

function packet(kind: number, content: Uint8Array): Buffer {
  const header = Buffer.from([kind, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

test("the two outputs are taken apart, however they are cut", async () => {
  const packets = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })));
  await fc.assert(
    fc.asyncProperty(packets, fc.integer({ min: 1, max: 60 }), async (sent, size) => {
      const errors: Uint8Array[] = [];
      const output: Uint8Array[] = [];
      const bytes = Buffer.concat(sent.map(([kind, content]) => packet(kind, content)));
      for await (const chunk of attachedOutput(inPieces(bytes, size), (error) => errors.push(error))) {
        output.push(chunk);
      }
      const of = (wanted: number) =>
        Buffer.concat(sent.filter(([kind]) => kind === wanted).map(([, content]) => content));
      expect(Buffer.concat(output)).toEqual(of(1));
      expect(Buffer.concat(errors)).toEqual(of(2));
    }),
  );
});

test("an unknown kind of output is an error", async () => {
  const reading = attachedOutput(inPieces(packet(7, Buffer.from("x")), 100), () => {}).next();
  await expect(reading).rejects.toThrow(ProtocolError);
});
