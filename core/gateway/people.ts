import { keysRevoked } from '#core/cases/acts.ts';
import { type Case, openStatuses, type Status } from '#core/cases/case.ts';
import type { References } from '#core/cases/references.ts';
import { inParallel } from '#core/parallel.ts';
import type { Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import {
  type EndingCase,
  type KeyStatus,
  type KeyView,
  type PersonView,
  viewKey,
} from '#core/registry/key-view.ts';
import { type KeyRecord, type Member, peopleOf } from '#core/registry/records.ts';
import type { CaseState, ListPlace } from '#core/state/cases.ts';
import type { RegistryState } from '#core/state/registry.ts';

/** Who is enrolled, for reviewers: keys, and people with what ends when their keys are revoked. Nothing here changes anything. */
type KeysOf = Pick<RegistryState, 'getKey' | 'getChange' | 'pageOfKeys'>;

/** The change that enrolled a key, by what its record says; a founding is none. */
function enrollingChange({ enrolledBy }: KeyRecord): string | undefined {
  return enrolledBy.startsWith('change/') ? enrolledBy.slice('change/'.length) : undefined;
}

function keyViewer(registry: Pick<RegistryState, 'getChange'>): (key: KeyRecord) => Promise<KeyView> {
  return async (key) => {
    const id = enrollingChange(key);
    return viewKey(key, id === undefined ? undefined : await registry.getChange(id));
  };
}

/** A change holds its signed messages, 100 KB and more: so many are in memory at once. */
const changesAtOnce = 16;

export function keyDesk({ registry }: { registry: KeysOf }) {
  const view = keyViewer(registry);
  return {
    /**
     * Keys, those enrolled, or revoked, first before the others.
     *
     * @param lines how many at most
     * @param from the place that an earlier part of the list ended at
     * @returns `next`: where the rest begins, if there may be more
     */
    async list(
      status: KeyStatus,
      { lines, from }: { lines: number; from?: ListPlace | undefined },
    ): Promise<{ keys: KeyView[]; next?: ListPlace | undefined }> {
      const { keys, next } = await registry.pageOfKeys(status, { limit: lines, from });
      return { keys: await inParallel(keys, changesAtOnce, view), ...(next === undefined ? {} : { next }) };
    },

    /** @throws WireError not-found */
    async show(keyId: string): Promise<KeyView> {
      const key = await registry.getKey(keyId);
      if (key === undefined) throw new WireError('not-found');
      return view(key);
    },
  };
}

export interface PeoplePorts {
  registry: Pick<RegistryState, 'getKey' | 'getChange' | 'getSide' | 'getAgency' | 'getDesk'>;
  /** Records that are the newest by the log. @throws WireError record-unproven */
  newest: Pick<RegistryState, 'getAgency' | 'getDesk'>;
  cases: Pick<CaseState, 'page'>;
  references: Pick<References, 'open'>;
  watch: Pick<Watch, 'error'>;
}

/** Cases that a revoked key may still end (access/revoked.ts ends them). */
const pending: readonly Status[] = ['AwaitingApproval', ...openStatuses, 'Suspended'];

/** A read of a table ends at 1 MB, and an answer is due in 29 s. */
export const mostCasesLookedAt = 1000;
const linesAtOnce = 500;

export function peopleDesk(ports: PeoplePorts) {
  const { registry, newest, cases, references, watch } = ports;
  const view = keyViewer(registry);

  /** Who belongs to a party with unrevoked keys. Who takes a key away must see it though the log cannot be read. */
  async function membersOf(agency: string | undefined): Promise<{ members: Member[]; proven: boolean }> {
    const from = async (source: PeoplePorts['newest']) =>
      (agency === undefined ? await source.getDesk() : await source.getAgency(agency))?.members ?? [];
    try {
      return { members: await from(newest), proven: true };
    } catch (error) {
      watch.error('a party’s record could not be proven', {
        error: error instanceof Error ? error.name : '',
      });
      return { members: await from(registry), proven: false };
    }
  }

  async function ending(isRevoked: (keyId: string) => boolean): Promise<PersonView['ends']> {
    const found: EndingCase[] = [];
    let left = mostCasesLookedAt;
    for (const status of pending) {
      let from: ListPlace | undefined;
      do {
        if (left <= 0) return { cases: found, more: true };
        const page = await cases.page(status, { limit: Math.min(left, linesAtOnce), from });
        left -= page.cases.length;
        for (const current of page.cases) {
          const line = await endingOf(current, isRevoked);
          if (line !== undefined) found.push(line);
        }
        from = page.next;
      } while (from !== undefined);
    }
    return { cases: found, more: false };
  }

  async function endingOf(
    current: Case,
    isRevoked: (keyId: string) => boolean,
  ): Promise<EndingCase | undefined> {
    const outcome = keysRevoked(current, isRevoked);
    if (outcome === undefined) return undefined;
    const { id, agency, priority, status, decisions } = current;
    return {
      case: id,
      agency,
      reference: await references.open(current),
      priority,
      status,
      becomes: outcome.next.status,
      voided: decisions.length - outcome.next.decisions.length,
    };
  }

  /**
   * A person, their keys that are not revoked, and what ends once these are.
   *
   * @throws WireError not-found: nobody of this name was ever enrolled
   */
  return async (holder: string): Promise<PersonView> => {
    const side = await registry.getSide(holder);
    if (side === undefined) throw new WireError('not-found');
    const { members, proven } = await membersOf(side.agency);
    const own = members.filter((member) => member.holder === holder);
    const records = await inParallel(own, changesAtOnce, ({ keyId }) => registry.getKey(keyId));
    const keys = records.filter((key) => key !== undefined && key.revokedAt === undefined);
    const revoked = new Set(keys.map((key) => key?.keyId));
    return {
      holder,
      ...side,
      keys: await inParallel(
        keys.flatMap((key) => key ?? []),
        changesAtOnce,
        view,
      ),
      proven,
      others: peopleOf({ members: members.filter((member) => member.holder !== holder) }),
      ends: await ending((keyId) => revoked.has(keyId)),
    };
  };
}
