import { jsonDigest } from '#core/canonical.ts';
import { issueFile, view } from '#core/cases/acts.ts';
import { matchAuthority } from '#core/cases/authorities.ts';
import { type Case, type CaseView, type Status, viewCase } from '#core/cases/case.ts';
import { type CaseFile, makeCaseFile } from '#core/cases/case-file.ts';
import { type Claiming, claim } from '#core/cases/claiming.ts';
import { decide, suspend } from '#core/cases/deciding.ts';
import { answerBy } from '#core/cases/dialogue.ts';
import { askInformation } from '#core/cases/information.ts';
import { mostDecisionBytes } from '#core/cases/kept.ts';
import type { DeskLetter } from '#core/cases/letters.ts';
import type { MessageSort, Note, Question } from '#core/cases/messages.ts';
import { addNote } from '#core/cases/notes.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { References } from '#core/cases/references.ts';
import type { Decision, Suspension } from '#core/cases/request.ts';
import { type Review, type ReviewLine, viewReviewLine, viewSaid } from '#core/cases/review.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { storeWithin } from '#core/evidence.ts';
import type { Clock, DeskSeal, Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { encryptFor } from '#core/registry/encryption-key.ts';
import { type EncryptionKey, keyInLog } from '#core/registry/records.ts';
import type { Message } from '#core/signature/message.ts';
import type { CaseState, ListPlace } from '#core/state/cases.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { openAsked } from './asked.ts';
import type { Adoption } from './asking.ts';
import type { Call } from './call.ts';
import { openDocument } from './documents.ts';
import { digestsOfLetters, keepLetter, readLetters } from './letters.ts';
import { digestsOfMessages, readMessages, sealMessage } from './messages.ts';
import { openAsides, openSaid } from './said.ts';

export interface ReviewPorts {
  cases: Pick<CaseState, 'get' | 'page' | 'change' | 'messages' | 'letters' | 'documents' | 'aside'>;
  registry: Pick<RegistryState, 'getAgency' | 'getKey'> & Adoption;
  /** What an answer to the officer who asked is encrypted to, by the log. @throws if the log cannot be read */
  recipientOf(asked: Pick<Case, 'agency' | 'askedBy'>, at: string): Promise<EncryptionKey | undefined>;
  /** The thumbprints of all officers' own encryption keys that an agency ever had. @throws if the log cannot be read */
  ownRecipients(agency: string): Promise<string[]>;
  desk: DeskSeal;
  references: Pick<References, 'open' | 'openOrder'>;
  /** What data exists of what a case asks for, as far as the policy lets the desk see it. */
  whatExists(current: Case, sees: Policy['desk']['sees']): Promise<Review['exists']>;
  watch: Pick<Watch, 'error'>;
  clock: Pick<Clock, 'now'>;
  policy: Policy;
  policyHash: string;
}

/** A read of a table ends at 1 MB, sealed requests and all. */
const linesAtOnce = 1000;

/** The provider's legal desk: sees what is asked and on what basis, narrows it, approves or rejects. */
export function reviewDesk(ports: ReviewPorts) {
  const { cases, registry, desk, references, watch, clock, policy, policyHash } = ports;

  /** Its links are those of the agency, and none of them is a reviewer's to follow. */
  const seen = async (current: Case) =>
    viewCase(current, await references.open(current), [], { order: await references.openOrder(current) });
  const lineOf = async (current: Case) =>
    viewReviewLine(current, await references.open(current), clock.now(), await references.openOrder(current));

  /** A reviewer's act on a case. */
  async function changed(id: string, act: (current: Case) => Outcome): Promise<Case> {
    const done = await cases.change(id, act);
    if (done === undefined) throw new WireError('not-found');
    return done.case;
  }

  /** What a reviewer signed, for `authorise` to verify again, and for the desk to read why. */
  const sealed = (id: string, message: Message) =>
    desk.seal(storeWithin(mostDecisionBytes, message), { case: id, part: 'decision' });

  /** The same, with what they wrote: it is kept in the transaction of the act that counts it. */
  async function written(
    sort: MessageSort,
    call: Call<unknown>,
    act: (current: Case, written: string) => Outcome,
    forAgency: { forAgency?: string } = {},
  ): Promise<Case> {
    const { id, caller, at, input } = call;
    const message = {
      author: caller.key.holder,
      at,
      sealed: await sealMessage(ports, sort, call),
      ...forAgency,
    };
    const done = await cases.change(
      id,
      (current) => act(current, jsonDigest(input)),
      async ({ next }) => [cases.messages.prepare(sort, next, message)],
    );
    if (done === undefined) throw new WireError('not-found');
    return done.case;
  }

  const orderDigest = async (current: Case) => (await openAsked(ports, current)).instrument.digest;

  /** What a reviewer says of it, for the eyes of who asked alone: it may name whom the request names. */
  async function explained({ id, at }: Call<unknown>, reason: string): Promise<{ explanation?: string }> {
    const current = await cases.get(id);
    const recipient = current === undefined ? undefined : await recipientOf(current, at);
    return recipient === undefined ? {} : { explanation: await encryptFor(recipient, reason, 'text/plain') };
  }

  /** A case is rejected and suspended though its agency cannot be told why: the log may be down. */
  async function recipientOf(asked: Case, at: string): Promise<EncryptionKey | undefined> {
    try {
      return await ports.recipientOf(asked, at);
    } catch (error) {
      watch.error('the officer’s key could not be proven', {
        error: error instanceof Error ? error.name : '',
      });
      return undefined;
    }
  }

  return {
    /**
     * Cases of one status, those due first.
     *
     * @param lines how many at most
     * @param from the place that an earlier part of the list ended at
     * @returns `next`: where the rest begins, if there may be more
     */
    async list(
      status: Status,
      { lines, from }: { lines: number; from?: ListPlace | undefined },
    ): Promise<{ reviews: ReviewLine[]; next?: ListPlace | undefined }> {
      const reviews: ReviewLine[] = [];
      let next = from;
      do {
        const limit = Math.min(lines - reviews.length, linesAtOnce);
        const page = await cases.page(status, { limit, from: next });
        reviews.push(...(await Promise.all(page.cases.map(lineOf))));
        next = page.next;
      } while (next !== undefined && reviews.length < lines);
      return { reviews, ...(next === undefined ? {} : { next }) };
    },

    /** Shows what is asked in the clear. That it was shown is recorded first. */
    async show({ id, caller }: Call): Promise<Review> {
      const current = await changed(id, (latest) => view(latest, caller.key.holder));
      const [reference, order, said, letters] = await Promise.all([
        references.open(current),
        references.openOrder(current),
        openSaid(ports, current),
        readLetters(ports, current),
      ]);
      const request = await openAsked(ports, current);
      const authority = matchAuthority(request, policy);
      return {
        ...viewSaid(current, reference, said, clock.now(), order),
        request,
        threshold: current.basis.threshold,
        ...(authority === undefined ? {} : { authority }),
        exists: await ports.whatExists(current, policy.desk.sees),
        ...(await readMessages(ports, current)),
        ...(letters.length === 0 ? {} : { correspondence: letters }),
      };
    },

    /** The case's file, for a court or a person who is notified. That it was taken out is recorded. */
    async takeFile({ id, caller }: Call): Promise<CaseFile> {
      const { holder } = caller.key;
      const current = await changed(id, (latest) => issueFile(latest, holder));
      const [agency, asker, own, asides] = await Promise.all([
        registry.getAgency(current.agency),
        registry.getKey(current.askedBy),
        ports.ownRecipients(current.agency),
        openAsides(ports, current),
      ]);
      const recipient = [...(agency?.encryptionKeys.map(({ thumbprint }) => thumbprint) ?? []), ...own];
      const officer = asker === undefined ? [] : [asker.holder];
      const signed = { decisions: [...current.decisions, ...asides] };
      const said = {
        ...(await digestsOfMessages(ports, current)),
        letter: await digestsOfLetters(ports, current),
      };
      const document = current.document?.received === undefined ? [] : [await orderDigest(current)];
      return makeCaseFile(
        { ...current, ...signed },
        { recipient, officer, reviewer: [holder], document, ...said },
      );
    },

    /** The order as it was uploaded. That it was taken out is recorded first. */
    order: (call: Call): Promise<Uint8Array> => openDocument(ports, call),

    async decide(call: Call<Decision>): Promise<CaseView> {
      const { id, input: decision, at, caller } = call;
      const { key, message } = caller;
      if (decision.decision === 'approve') await registry.checkAdopted(policyHash);
      const sealedMessage = await sealed(id, message);
      const toTell = decision.decision === 'reject' ? decision.reason : decision.explanation;
      const said = toTell === undefined ? {} : await explained(call, toTell);
      const by = { reviewer: key.holder, keyId: key.keyId, key: keyInLog(key), at, sealedMessage, ...said };
      const act = { ...by, policy, policyHash };
      return seen(await changed(id, (latest) => decide(latest, decision, act)));
    },

    /** Says who works on a case, or that they do no more. */
    async claim({ id, input, at, caller }: Call<Claiming>): Promise<ReviewLine> {
      return lineOf(
        await changed(id, (current) => claim(current, input, { reviewer: caller.key.holder, at })),
      );
    },

    async note(call: Call<Note>): Promise<ReviewLine> {
      const reviewer = call.caller.key.holder;
      return lineOf(
        await written('note', call, (current, note) => addNote(current, { reviewer, written: note })),
      );
    },

    /** Asks the agency. @throws WireError try-again: nobody can say now which key its officers read with */
    async ask(call: Call<Question>): Promise<ReviewLine> {
      const { input: question, at, caller } = call;
      const { explanation } = await explained(call, question.text);
      const act = {
        reviewer: caller.key.holder,
        key: keyInLog(caller.key),
        at,
        answerBy: answerBy(at, policy),
      };
      const ask = (current: Case, digest: string) => {
        const outcome = askInformation(current, question, { ...act, written: digest });
        if (explanation === undefined) throw new WireError('try-again');
        return outcome;
      };
      const forAgency = explanation === undefined ? {} : { forAgency: explanation };
      return lineOf(await written('question', call, ask, forAgency));
    },

    /** Writes to the agency. @throws WireError try-again: nobody can say now which key its officers read with */
    async write(call: Call<DeskLetter>): Promise<ReviewLine> {
      if ((await cases.get(call.id)) === undefined) throw new WireError('not-found');
      const { explanation } = await explained(call, call.input.text);
      if (explanation === undefined) throw new WireError('try-again');
      return lineOf(await keepLetter(ports, 'desk', call, explanation));
    },

    async suspend(call: Call<Suspension>): Promise<CaseView> {
      const { id, input, at, caller } = call;
      const { key, message } = caller;
      const sealedMessage = await sealed(id, message);
      const { explanation = '' } = await explained(call, input.reason);
      const by = { reviewer: key.holder, keyId: key.keyId, key: keyInLog(key), at, sealedMessage };
      const act = { ...by, policyHash, explanation };
      return seen(await changed(id, (latest) => suspend(latest, input, act)));
    },
  };
}
