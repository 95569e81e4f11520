import { batch, type Signal, signal } from '@preact/signals';
import { collect, type Disclosure, type PackageForm } from '#client/agency.ts';
import { ExchangeError, RefusedError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import { publishedPolicy } from '#client/log/published-policy.ts';
import { formBefore, packageForm } from '#client/package/form.ts';
import { type MadePackage, packageInMemory } from '#client/package/in-memory.ts';
import {
  type PackageKeys,
  type PageFault,
  type ProvenPage,
  provenPage,
  withWitnesses,
} from '#client/package/page.ts';
import { decryptsOwn, type OtherRecipient, otherRecipient, recipientAt } from '#client/self-test.ts';
import { type KeyPair, publicPart } from '#client/webcrypto.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import { NotSigned } from '../../state/place.ts';

/**
 * One collection of one case: from the self-test of the officer's own key to a package that is proven. What arrives is in
 * memory alone, nothing of it is shown before all of it holds, and `leave` drops it.
 */
export type Stage =
  | { is: 'ready' }
  | { is: 'testing' }
  /** Nothing was sent, and nothing is counted. */
  | { is: 'refused'; why: Refused }
  /** The provider is asked, and asks to wait while its log catches up. */
  | { is: 'asking'; pages: number; records: number }
  /** It stopped early. It goes on after the pages that are here. */
  | { is: 'stopped'; pages: number; records: number; error: unknown }
  /** What came does not hold: nothing of it is shown. */
  | { is: 'wrong'; page: number; faults: readonly string[] }
  | { is: 'done'; made: MadePackage; pages: readonly ProvenPage[] };

/** Why nothing is collected: no key is here to decrypt, the key does not decrypt, or answers go to another. */
export type Refused =
  | { is: 'no-key' }
  | { is: 'no-log' }
  | { is: 'broken-key' }
  | ({ is: 'other' } & OtherRecipient);

export interface Collecting {
  stage: Signal<Stage>;
  /** Tries the key, and then collects; or goes on with a collection that stopped. It never throws. */
  start(): Promise<void>;
  /** Drops everything that arrived. */
  leave(): void;
}

/** What a collection is made with. */
export interface CollectingFor {
  session: Session;
  /** The key that decrypts here; undefined where there is none. */
  decrypts: { keyId: string; pair: KeyPair } | undefined;
  /** Under which the pages must hold; without the log's key nothing could be proven. */
  keys: PackageKeys | undefined;
  view: Pick<CaseView, 'id' | 'requestDigest'>;
  /** What was asked, where it was sent from here. */
  request: Request | undefined;
  madeBy: string;
  /** What the officer signed covers nothing more. */
  endSigned: () => void;
  /** How long the provider's log is waited for. @defaultValue two minutes */
  patienceMs?: number;
  /** How a page is asked for. */
  askPage?: typeof collect;
  /** How the provider is asked where answers go. */
  askRecipient?: typeof recipientAt;
}

export function collecting({
  session,
  decrypts,
  keys,
  view,
  request,
  madeBy,
  endSigned,
  patienceMs = 120_000,
  askPage = collect,
  askRecipient = recipientAt,
}: CollectingFor): Collecting {
  const stage = signal<Stage>({ is: 'ready' });
  let pages: ProvenPage[] = [];
  let isLeft = false;
  let isRunning = false;

  const count = () => ({
    pages: pages.length,
    records: pages.reduce((sum, { disclosure }) => sum + disclosure.records.length, 0),
  });

  /** The self-test. A provider who cannot say where answers go is told the key, and refuses where it is another. */
  async function refused(): Promise<Refused | undefined> {
    if (decrypts === undefined) return { is: 'no-key' };
    if (keys === undefined) return { is: 'no-log' };
    const { jwk, thumbprint } = await publicPart(decrypts.pair);
    if (!(await decryptsOwn({ key: { ...jwk }, thumbprint }, decrypts.pair))) return { is: 'broken-key' };
    const said = await askRecipient(session);
    const other = said && otherRecipient(said, thumbprint);
    return other && { is: 'other', ...other };
  }

  async function askedFor(form: PackageForm): Promise<Disclosure> {
    if (decrypts === undefined) throw new Error('no key decrypts here');
    const page = pages.at(-1)?.disclosure.page;
    try {
      return await askPage(session, view.id, decrypts.pair, { ...form, page, patienceMs });
    } catch (error) {
      const before = pages.length === 0 ? formBefore(form, error) : undefined;
      if (before === undefined) throw error;
      return askedFor(before);
    }
  }

  async function collectAll(proveBy: PackageKeys): Promise<void> {
    const form = packageForm(pages[0]?.disclosure, request) ?? {};
    do {
      stage.value = { is: 'asking', ...count() };
      const { jws } = await askedFor(form);
      if (isLeft) return;
      const before = { id: view.id, keys: proveBy, first: pages[0]?.disclosure, page: pages.length + 1 };
      const page = await provenPage(jws, before);
      const faults = 'jws' in page ? otherRequest(page) : page;
      if (!('jws' in page) || faults.length > 0) {
        stage.value = { is: 'wrong', page: before.page, faults };
        pages = [];
        return;
      }
      pages.push(page);
    } while (pages.at(-1)?.disclosure.page !== undefined);
    const made = await packageInMemory(...(await witnessed(proveBy)));
    if (!isLeft && made !== undefined) stage.value = { is: 'done', made, pages };
  }

  /** The pages with the witnesses that the provider publishes, where others than its log signed the checkpoint. */
  async function witnessed(
    proveBy: PackageKeys,
  ): Promise<[ProvenPage[], { keys: PackageKeys; madeBy: string }]> {
    const [first] = pages;
    const note = first?.disclosure.log.checkpoint ?? '';
    const policy = await publishedPolicy(session, { key: proveBy.log, note });
    if (policy === undefined) return [pages, { keys: proveBy, madeBy }];
    const keys = { ...proveBy, policy };
    return [pages.map((page) => withWitnesses(page, keys)), { keys, madeBy }];
  }

  /** The answer is to the request that the case is of. */
  const otherRequest = ({ disclosure }: ProvenPage): readonly PageFault[] =>
    disclosure.requestDigest === view.requestDigest ? [] : ['case-differs'];

  return {
    stage,
    async start() {
      if (isRunning || isLeft) return;
      isRunning = true;
      const before = stage.peek();
      try {
        stage.value = { is: 'testing' };
        const why = await refused();
        if (isLeft) return;
        if (why !== undefined || keys === undefined)
          stage.value = { is: 'refused', why: why ?? { is: 'no-log' } };
        else await collectAll(keys);
      } catch (error) {
        if (isLeft) return;
        const isUnsigned = error instanceof NotSigned;
        stage.value = isUnsigned && pages.length === 0 ? readyAfter(before) : stoppedAfter(error);
      } finally {
        isRunning = false;
        endSigned();
      }
    },
    leave() {
      isLeft = true;
      batch(() => {
        pages = [];
        stage.value = { is: 'ready' };
      });
    },
  };

  function stoppedAfter(error: unknown): Stage {
    const faults = faultsOf(error);
    return faults === undefined
      ? { is: 'stopped', ...count(), error }
      : { is: 'wrong', page: pages.length + 1, faults };
  }
}

const readyAfter = (before: Stage): Stage => (before.is === 'stopped' ? before : { is: 'ready' });

/** An answer that came and does not hold; undefined for one that did not come. */
function faultsOf(error: unknown): readonly string[] | undefined {
  return error instanceof ExchangeError && error.code === 'disclosure-not-verified'
    ? [error.code]
    : undefined;
}

/** Whether the provider's log has not caught up in the time that it was waited for. */
export const isLate = (error: unknown): boolean =>
  error instanceof ExchangeError && error.reason === 'timeout' && error.cause === undefined;

/** Whether the provider waited in vain for witnesses of its log, without which it opens nothing. */
export const isUnwitnessed = (error: unknown): boolean =>
  error instanceof RefusedError && error.code === 'log-unwitnessed';

/**
 * Whether a collection that stopped may already count: its first page was asked for, and no answer says that it was not
 * opened.
 */
export const mayCount = (pages: number, error: unknown): boolean =>
  pages > 0 || (error instanceof ExchangeError && error.mayHaveArrived && !isLate(error));
