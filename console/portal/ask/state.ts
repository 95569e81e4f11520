import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { handInOrder, preserveData, submitRequest } from '#client/agency.ts';
import type { Rules } from '#client/asking/rules.ts';
import { ExchangeError } from '#client/errors.ts';
import type { CaseView } from '#core/cases/case.ts';
import { type DocumentType, documentTypes, looksLike, mostDocumentBytes } from '#core/cases/document.ts';
import type { PreservationRequest, PreservationView } from '#core/cases/preservation.ts';
import type { Request } from '#core/cases/request.ts';
import { now } from '../../state/clock.ts';
import { ask } from '../../state/connection.ts';
import { NotSigned } from '../../state/place.ts';
import { rememberName } from '../state/names.ts';
import type { Portal } from '../state/portal.ts';
import { type Draft, preservationOf, requestOf } from './draft.ts';
import { allFaults, type Fault, type Field, faultsOf, type Step, stepsOf } from './faults.ts';
import { withOnly } from './offered.ts';

/** A draft that somebody works on, from its first field to the answer. */
export interface AskState {
  id: string;
  rules: Rules;
  draft: ReadonlySignal<Draft>;
  step: Signal<Step>;
  /** What is wrong with the step that is shown. */
  faults: ReadonlySignal<readonly Fault[]>;
  /** Those of them that are shown: of fields that were left, and of a step that was to be left. */
  shown: ReadonlySignal<readonly Fault[]>;
  /** The steps that somebody went on from, or tried to. */
  tried: ReadonlySignal<ReadonlySet<Step>>;
  /** How often they tried: the summary takes the focus each time. */
  tries: ReadonlySignal<number>;
  saved: ReadonlySignal<'kept' | 'failed' | undefined>;
  /** The order's file: in memory alone. */
  file: Signal<OrderFile | undefined>;
  isSending: ReadonlySignal<boolean>;
  error: ReadonlySignal<unknown>;
  sent: ReadonlySignal<Sent | undefined>;
  set(change: Partial<Draft>): void;
  /** A field was left: from now on what is wrong with it is shown. */
  left(field: Field): void;
  /** Goes to the next step, if nothing is wrong with this one. */
  next(): void;
  goTo(step: Step): void;
  send(): Promise<void>;
}

export interface OrderFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What was sent, and what the provider answered. */
export type Sent =
  | { what: 'request'; view: CaseView; order: Request; isKept: boolean }
  | { what: 'preservation'; view: PreservationView; order: PreservationRequest; isKept: boolean };

export function askState(
  portal: Portal,
  { id, begun }: { id: string; begun: Draft },
  rules: Rules,
): AskState {
  const { kept } = portal;
  const draft = signal(withOnly(begun, rules));
  const step = signal<Step>('order');
  const touched = signal<ReadonlySet<string>>(new Set());
  const tried = signal<ReadonlySet<Step>>(new Set());
  const tries = signal(0);
  const saved = signal<'kept' | 'failed' | undefined>(undefined);
  const isSending = signal(false);
  const error = signal<unknown>(undefined);
  const sent = signal<Sent | undefined>(undefined);
  const at = () => new Date(now.value).toISOString();
  const faults = computed(() =>
    step.value === 'check'
      ? allFaults(draft.value, rules, at())
      : faultsOf(step.value, draft.value, rules, at()),
  );
  const shown = computed(() =>
    step.value === 'check' || tried.value.has(step.value)
      ? faults.value
      : faults.value.filter(({ field }) => touched.value.has(field)),
  );

  let saving = Promise.resolve();
  let isWaiting = false;
  function save(): void {
    if (isWaiting || sent.peek() !== undefined) return;
    isWaiting = true;
    saving = saving
      .then(() => {
        isWaiting = false;
        return sent.peek() === undefined ? kept.keepDraft(id, draft.peek()) : undefined;
      })
      .then(
        () => {
          saved.value = 'kept';
        },
        () => {
          saved.value = 'failed';
        },
      );
  }

  async function submit(): Promise<Sent | undefined> {
    if (draft.peek().what === 'request') {
      const order = requestOf(draft.peek()).data;
      if (order === undefined) return undefined;
      const view = await ask(portal, (session) => submitRequest(session, order));
      return { what: 'request', view, order, isKept: await keptSent(view.id, order) };
    }
    const order = preservationOf(draft.peek()).data;
    if (order === undefined) return undefined;
    const view = await ask(portal, (session) => preserveData(session, order));
    return { what: 'preservation', view, order, isKept: await keptSent(view.id, order) };
  }

  /** It was sent, whether its copy can be kept or not. */
  async function keptSent(of: string, order: unknown): Promise<boolean> {
    const isKept = await kept.keepSent(of, order).then(
      () => portal.decrypts !== undefined,
      () => false,
    );
    return isKept;
  }

  return {
    id,
    rules,
    draft,
    step,
    faults,
    shown,
    tried,
    tries,
    saved,
    file: signal(undefined),
    isSending,
    error,
    sent,
    set(change) {
      draft.value = { ...draft.peek(), ...change };
      save();
    },
    left(field) {
      if (!touched.peek().has(field)) touched.value = new Set(touched.peek()).add(field);
    },
    next() {
      tried.value = new Set(tried.peek()).add(step.peek());
      tries.value += 1;
      if (faults.peek().length > 0) return;
      const all = stepsOf(draft.peek());
      const following = all[all.indexOf(step.peek()) + 1];
      if (following !== undefined) step.value = following;
    },
    goTo(to) {
      step.value = to;
    },
    async send() {
      if (isSending.peek()) return;
      tries.value += 1;
      if (allFaults(draft.peek(), rules, new Date().toISOString()).length > 0) return;
      isSending.value = true;
      error.value = undefined;
      try {
        const done = await submit();
        if (done === undefined) return;
        rememberName(done.view.id, done.view.reference);
        sent.value = done;
        await saving;
        await kept.removeDraft(id);
      } catch (thrown) {
        if (!(thrown instanceof NotSigned)) error.value = thrown;
      } finally {
        isSending.value = false;
      }
    },
  };
}

/** Whether what failed may have arrived all the same. */
export const mayHaveArrived = (error: unknown): boolean =>
  error instanceof ExchangeError && error.mayHaveArrived;

/** What a document is, by its beginning; undefined for what no provider takes. */
export function documentOf({ bytes }: OrderFile): { type: DocumentType; bytes: Uint8Array } | undefined {
  const type = documentTypes.find((each) => looksLike(each, bytes));
  return type === undefined || bytes.length > mostDocumentBytes ? undefined : { type, bytes };
}

/** Hands in the order of a request. @throws as the call */
export const handIn = (portal: Portal, id: string, document: NonNullable<ReturnType<typeof documentOf>>) =>
  ask(portal, (session) => handInOrder(session, id, document));

export const AskContext = createContext<AskState | undefined>(undefined);

/** The draft that a view stands in. */
export function useAsk(): AskState {
  const state = useContext(AskContext);
  if (state === undefined) throw new Error('this view stands outside of a draft');
  return state;
}
