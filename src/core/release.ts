/**
 * Gives the memory of bytes back at once; they are empty afterwards. The collector counts bytes beside its heap and begins
 * at 64 MB: with megabytes for each block of a stream, most of that is always used by what nobody needs any more.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  // Whoever has only a part of the memory, as of a pool of small buffers, has nothing to give.
  if (!(buffer instanceof ArrayBuffer) || byteLength !== buffer.byteLength || byteLength === 0) return;
  structuredClone(buffer, { transfer: [buffer] });
}
