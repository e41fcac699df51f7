/** Reads what was kept in this browser. */
export function recall<T>(key: string, otherwise: T): T {
  try {
    const kept = localStorage.getItem(`cogstep.${key}`);
    return kept === null ? otherwise : (JSON.parse(kept) as T);
  } catch {
    return otherwise;
  }
}

/** Keeps something in this browser; a browser that keeps nothing is no reason to fail. */
export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(`cogstep.${key}`, JSON.stringify(value));
  } catch {
    // Private windows and full stores refuse.
  }
}
