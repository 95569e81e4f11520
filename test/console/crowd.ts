import type { Status } from '#core/cases/case.ts';
import type { reviewDesk } from '#core/gateway/reviews.ts';
import type { ListPlace } from '#core/state/cases.ts';

type ReviewDesk = ReturnType<typeof reviewDesk>;

/**
 * A desk that has fallen far behind: behind the cases that wait come copies of them, under ids and references of their own,
 * until there are so many. They can be listed, and nothing else: to play thousands of requests takes minutes.
 */
export function crowded(reviews: ReviewDesk, count: number): ReviewDesk {
  if (count === 0) return reviews;
  const hourMs = 3_600_000;
  async function all(): Promise<Awaited<ReturnType<ReviewDesk['list']>>['reviews']> {
    const { reviews: real } = await reviews.list('AwaitingApproval', { lines: count });
    const like = real.filter(({ priority }) => priority === 'Routine');
    const copies = Array.from({ length: Math.max(0, count - real.length) }, (_, n) => {
      const line = like[n % like.length];
      if (line === undefined) throw new Error('there is no case that others would be like');
      const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
      const dueAt = new Date(Date.parse(line.dueAt) + (n % 200) * hourMs).toISOString();
      return { ...line, id, dueAt, reference: `Copy ${n}/26`, links: {} };
    });
    return [...real, ...copies];
  }
  return {
    ...reviews,
    async list(status: Status, { lines, from }: { lines: number; from?: ListPlace | undefined }) {
      if (status !== 'AwaitingApproval') return reviews.list(status, { lines, from });
      const waiting = await all();
      const begin = from === undefined ? 0 : waiting.findIndex(({ id }) => id === from.id) + 1;
      const part = waiting.slice(begin, begin + lines);
      const last = part.at(-1);
      const isMore = begin + lines < waiting.length && last !== undefined;
      return { reviews: part, ...(isMore ? { next: { at: last.dueAt, id: last.id } } : {}) };
    },
  };
}
