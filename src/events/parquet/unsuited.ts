/** What is read here cannot be read in this way, but perhaps in another: bytes that were not understood, numbers that are too large. */
export class Unsuited extends Error {}
