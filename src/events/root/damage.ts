import { userError } from '../../base/error.js';
import type { DatamcError } from '../../base/error.js';

/** Bytes that are not what they must be. Caught where branch and basket are known and made a user error there. */
export class BasketDamage extends Error {
  override readonly name = 'BasketDamage';
}

/** Where a damaged basket lies: plain data, so that it can cross from a worker thread. */
export interface DamagePlace {
  readonly branch: string;
  readonly basket: number;
  /** What RNTuples have instead of baskets. */
  readonly part?: 'cluster';
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** A damaged basket, with its place but not yet its file. */
export class PlacedDamage extends Error {
  override readonly name = 'PlacedDamage';
  readonly place: DamagePlace;
  constructor(place: DamagePlace) {
    super(place.why);
    this.place = place;
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const damagedTree = (file: string, tree: string, cause: unknown): DatamcError =>
  userError(
    {
      code: 'events.damaged-tree',
      message: `tree "${tree}" cannot be read: ${reasonOf(cause)}`,
      path: `${file}, tree ${tree}`,
      hint: 'fetch the file again and compare its checksum',
    },
    { cause },
  );

export const damagedBasket = (file: string, tree: string, place: DamagePlace): DatamcError =>
  userError({
    code: 'events.damaged-basket',
    message: `branch "${place.branch}" is damaged in ${place.part ?? 'basket'} ${place.basket}, entries ${place.from} to ${place.to - 1}: ${place.why}`,
    path: `${file}, tree ${tree}`,
    hint: 'fetch the file again and compare its checksum',
  });
