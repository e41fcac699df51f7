/** One source of a merge: answers its next page, or undefined after the last. */
export type NextPage<T> = () => Promise<T[] | undefined>;

/**
 * Merges sorted sources into one sorted sequence, and reads no page before it is needed. `before` tells whether a goes before
 * b; `take` answers up to n more items, fewer only at the end.
 */
export class Merge<T> {
  private readonly heads: { items: T[]; at: number; next?: NextPage<T> }[];

  constructor(
    sources: NextPage<T>[],
    private readonly before: (a: T, b: T) => boolean,
  ) {
    this.heads = sources.map((next) => ({ items: [], at: 0, next }));
  }

  async take(n: number): Promise<T[]> {
    const taken: T[] = [];
    while (taken.length < n) {
      await Promise.all(this.heads.map((head) => this.fill(head)));
      let best: (typeof this.heads)[number] | undefined;
      for (const head of this.heads) {
        const item = head.items[head.at];
        if (item !== undefined && (!best || this.before(item, best.items[best.at]!))) best = head;
      }
      if (!best) break;
      taken.push(best.items[best.at++]!);
      while (taken.length < n && this.heads.length === 1 && best.at < best.items.length) taken.push(best.items[best.at++]!);
    }
    return taken;
  }

  private async fill(head: { items: T[]; at: number; next?: NextPage<T> }): Promise<void> {
    while (head.next && head.at >= head.items.length) {
      const page = await head.next();
      head.items = page ?? [];
      head.at = 0;
      if (!page) head.next = undefined;
    }
  }
}
