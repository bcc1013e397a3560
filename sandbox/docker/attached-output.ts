import { ProtocolError } from "../relay/frames.ts";

const HEADER = 8;

/**
 * The standard output in an attached container's stream, which Docker interleaves with standard error: kind u8, three
 * zeros, length u32, content. Standard error goes to `onError`.
 */
export async function* attachedOutput(
  stream: AsyncIterable<Uint8Array>,
  onError: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  let header = Buffer.alloc(0);
  let left = 0;
  for await (const chunk of stream) {
    for (let offset = 0; offset < chunk.length; ) {
      if (left === 0) {
        const part = chunk.subarray(offset, offset + HEADER - header.length);
        header = Buffer.concat([header, part]);
        offset += part.length;
        if (header.length < HEADER) break;
        if (header[0] !== 1 && header[0] !== 2)
          throw new ProtocolError(`unknown kind of Docker stream ${header[0]}`);
        left = header.readUInt32BE(4);
        if (left === 0) header = Buffer.alloc(0);
        continue;
      }
      const content = chunk.subarray(offset, offset + left);
      offset += content.length;
      left -= content.length;
      if (header[0] === 1) yield content;
      else onError(content);
      if (left === 0) header = Buffer.alloc(0);
    }
  }
}
