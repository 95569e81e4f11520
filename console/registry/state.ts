import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { allOf } from '#client/all-of.ts';
import { type ChangeView, eachKey, type KeyView, listChanges } from '#client/registry.ts';
import type { Proposal } from '#core/registry/change.ts';
import type { ChangeStatus } from '#core/registry/lapsing.ts';
import { ask } from '../state/connection.ts';
import type { Desk } from '../state/desk.ts';
import type { PolicyRead } from './policy-read.ts';
import type { Draft } from './propose.ts';

export const parts = ['changes', 'people', 'propose', 'policy'] as const;
export type RegistryPart = (typeof parts)[number];

/** What was fetched of the registry. It is fetched anew whenever the screen is opened, and after each act. */
export interface RegistryState {
  /** Enrolled and revoked. */
  keys: ReadonlySignal<readonly KeyView[] | undefined>;
  /** By status, those that were fetched. */
  changes: ReadonlySignal<ReadonlyMap<ChangeStatus, readonly ChangeView[]>>;
  isLoading: ReadonlySignal<boolean>;
  failure: ReadonlySignal<unknown>;
  /** When all of it was last fetched, in milliseconds. */
  loadedAt: ReadonlySignal<number | undefined>;
  /** Thumbprints that were compared with what was heard, and hashes of policies whose files were read, while this page is open. */
  compared: Signal<ReadonlySet<string>>;
  read: Signal<ReadonlySet<string>>;
  /** The policy's file that was read last. */
  policy: Signal<PolicyRead | undefined>;
  /** Which part is shown. */
  part: Signal<RegistryPart>;
  /** What is being proposed, and is not sent yet. */
  drafted: Signal<{ kind: Proposal['kind']; draft: Draft }>;
  /** What one looks for in the list of people. */
  search: Signal<string>;
  /** Fetches keys, pending changes and applied ones. What fails is in `failure`. */
  load(): Promise<void>;
  /** Fetches the changes of one status more. */
  loadChanges(status: ChangeStatus): Promise<void>;
}

const states = new WeakMap<Desk, RegistryState>();

/** The registry as a desk has it open. A desk that is locked takes it along. */
export function registryOf(desk: Desk): RegistryState {
  const known = states.get(desk);
  if (known !== undefined) return known;
  const state = makeState(desk);
  states.set(desk, state);
  return state;
}

function makeState(desk: Desk): RegistryState {
  const keys = signal<readonly KeyView[] | undefined>(undefined);
  const changes = signal<ReadonlyMap<ChangeStatus, readonly ChangeView[]>>(new Map());
  const isLoading = signal(false);
  const failure = signal<unknown>(undefined);
  const loadedAt = signal<number | undefined>(undefined);

  async function fetchChanges(status: ChangeStatus): Promise<void> {
    const list = await ask(desk, (session) => listChanges(session, status));
    changes.value = new Map(changes.peek()).set(status, list);
  }

  async function fetchKeys(): Promise<void> {
    const lists = await Promise.all(
      (['Enrolled', 'Revoked'] as const).map((status) =>
        ask(desk, (session) => allOf(eachKey(session, status))),
      ),
    );
    const all = lists.flat();
    keys.value = all;
    const own = all.find(({ keyid }) => keyid === desk.session.signer.keyId);
    if (own !== undefined && desk.me.peek() === undefined) desk.me.value = own.holder;
  }

  async function attempt(run: () => Promise<void>): Promise<void> {
    isLoading.value = true;
    failure.value = undefined;
    try {
      await run();
    } catch (error) {
      failure.value = error;
    } finally {
      isLoading.value = false;
    }
  }

  return {
    keys,
    changes,
    isLoading,
    failure,
    loadedAt,
    compared: signal<ReadonlySet<string>>(new Set()),
    read: signal<ReadonlySet<string>>(new Set()),
    policy: signal<PolicyRead | undefined>(undefined),
    part: signal<RegistryPart>('changes'),
    drafted: signal<{ kind: Proposal['kind']; draft: Draft }>({ kind: 'reviewer', draft: {} }),
    search: signal(''),
    load: () =>
      attempt(async () => {
        await Promise.all([fetchKeys(), fetchChanges('Pending'), fetchChanges('Applied')]);
        loadedAt.value = Date.now();
      }),
    loadChanges: (status) => attempt(() => fetchChanges(status)),
  };
}

/** A set with one more in it. */
export function withMember<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  return new Set([...set, member]);
}
