/** Passes progress on ten times a second at most, and always when it is complete. */
export function throttled(
  tell: (done: number, total: number, unit?: string) => void,
): (done: number, total: number, unit?: string) => void {
  let last = -Infinity;
  return (done, total, unit) => {
    const now = performance.now();
    if (done < total && now - last < 100) return;
    last = now;
    tell(done, total, unit);
  };
}
