import type { Basket } from './basket.js';
import type { Decoder } from './decode.js';
import { unclearedBuffer } from './memory.js';

/**
 * Unpack bytes [low, high) of a basket, all by default, to dst[at, …) and turn words of `width` bytes round (1: leave them).
 * Blocks outside that range are left alone.
 */
export function unpackBasket(
  { reader, unpacker }: Decoder,
  basket: Basket,
  dst: Buffer,
  at: number,
  width: number,
  low = 0,
  high = basket.size,
): void {
  const { src, from, to, size, unread } = basket;
  if (unread === undefined) unpacker.unpack(src, from, to, dst, at, size, width, low, high);
  else reader.readPlain(unread + low, high - low, dst, at, width);
}

/** Unpack a whole basket as it is; the buffer is reused where it is large enough. */
export function unpackToScratch(decoder: Decoder, basket: Basket, scratch: Buffer): Buffer {
  const room = scratch.length >= basket.size ? scratch : unclearedBuffer(basket.size);
  unpackBasket(decoder, basket, room, 0, 1);
  return room;
}
