import { expect, test } from "vitest";
import { Merge, type NextPage } from "./merge";

/** A source that counts how many pages were read. */
function source(...pages: number[][]): { next: NextPage<number>; read: () => number } {
  let read = 0;
  return { next: async () => pages[read++], read: () => read };
}

const descending = (a: number, b: number) => a > b;

test("items come in order across sources and pages", async () => {
  const merge = new Merge([source([9, 5], [], [1]).next, source([8, 7, 6]).next, source().next], descending);
  expect(await merge.take(4)).toEqual([9, 8, 7, 6]);
  expect(await merge.take(4)).toEqual([5, 1]);
  expect(await merge.take(4)).toEqual([]);
});

test("a page is read only when it is needed", async () => {
  const lazy = source([9, 8], [7]);
  const merge = new Merge([lazy.next], descending);
  expect(await merge.take(2)).toEqual([9, 8]);
  expect(lazy.read()).toBe(1);
});
