import { deserialize, serialize } from 'node:v8';

declare const content: unique symbol;

/**
 * Plain data as bytes. Between threads, and while it waits, it is one object instead of some thousands, which the garbage
 * collector would copy and keep; it is unpacked part by part, when it is used.
 */
export type Packed<Content> = Uint8Array & { readonly [content]?: Content };

/** @param data without functions or classes. */
export function pack<Content>(data: Content): Packed<Content> {
  return serialize(data);
}

/** What was packed is what the type says. */
export const unpack: <Content>(packed: Packed<Content>) => Content = deserialize;
