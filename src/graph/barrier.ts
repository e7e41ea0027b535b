/** Where the members of a team wait for each other. */
export interface Barrier {
  /** Returns when all members have arrived; throws where the team was told to give up. */
  wait(): void;
}

const [ARRIVED, ROUND, GIVEN_UP] = [0, 1, 2];

/**
 * Looks this often, some two milliseconds long, before it sleeps: members of a step arrive soon after each other, and on a
 * virtual machine waking up takes longer than that.
 */
const LOOKS = 400_000;

/** @param numbers three in shared memory, all zero at first */
export function barrier(numbers: Int32Array, members: number): Barrier {
  return {
    wait() {
      const round = Atomics.load(numbers, ROUND);
      if (Atomics.add(numbers, ARRIVED, 1) === members - 1) {
        Atomics.store(numbers, ARRIVED, 0);
        Atomics.add(numbers, ROUND, 1);
        Atomics.notify(numbers, ROUND);
      }
      for (let i = 0; i < LOOKS && Atomics.load(numbers, ROUND) === round; i++);
      while (Atomics.load(numbers, ROUND) === round) Atomics.wait(numbers, ROUND, round);
      if (Atomics.load(numbers, GIVEN_UP)) throw new Error('another member of the team has failed');
    },
  };
}

/** Wakes whoever waits, for good: a member is gone. */
export function giveUp(numbers: Int32Array): void {
  Atomics.store(numbers, GIVEN_UP, 1);
  Atomics.add(numbers, ROUND, 1);
  Atomics.notify(numbers, ROUND);
}
