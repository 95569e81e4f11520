import { enrolCall } from '#client/bridge/protocol.ts';
import { type Loopback, type LoopbackAnswer, startLoopback } from '#client/cli/bridge/loopback.ts';
import { comparable } from '#client/thumbprint.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { SignatureError } from '#core/signature/errors.ts';
import { type Enrolled, enrolNewcomer, enrolOfficer, type Hosting } from './newcomer.ts';
import type { Teller } from './teller.ts';
import type { World } from './world.ts';

/** Who takes newcomers in. */
export interface Reception {
  enrol(asked: { publicKey: unknown; called: string }): Promise<Enrolled>;
  /** An officer's two keys, for an agency of the desk. */
  enrolOfficer(asked: {
    publicKey: unknown;
    encryptionKey: Record<string, unknown>;
    called: string;
  }): Promise<Enrolled>;
  /** Who came last, by their pseudonym. */
  newcomer(): string | undefined;
}

export function receptionOf(
  { reviewers }: Pick<World, 'reviewers'>,
  desk: { reviewers: readonly [place: string, ...colleagues: string[]] },
  agencies: Promise<readonly Hosting[]>,
  tell: Teller,
): Reception {
  const [place, ...colleagues] = desk.reviewers;
  const [first, second] = reviewers;
  let last: string | undefined;
  return {
    newcomer: () => last,
    async enrol({ publicKey, called }) {
      const taken = [...colleagues, ...reviewers.map(({ holder }) => holder)];
      const enrolled = await enrolNewcomer(reviewers, { publicKey, called, place, taken });
      last = enrolled.holder;
      tell.fact(`A key is enrolled, signed by ${first?.holder} and ${second?.holder}: you are ${last}`);
      tell.detail('Compare it with the page:');
      for (const line of (await comparable(enrolled.keyId)).split('\n')) tell.detail(line);
      return enrolled;
    },
    async enrolOfficer(asked) {
      const [agency] = await agencies;
      if (agency === undefined) throw new Error('the desk has no agency');
      const enrolled = await enrolOfficer(reviewers, agency, asked);
      tell.fact(
        `An officer’s keys are enrolled, signed by ${first?.holder}, ${second?.holder} and an officer: you are ${enrolled.holder} of ${agency.id}`,
      );
      const { thumbprint } = await importEncryptionKey(asked.encryptionKey);
      for (const [which, of] of [
        ['The key that signs', enrolled.keyId],
        ['The key that decrypts', thumbprint],
      ] as const) {
        tell.detail(`${which}. Compare it with the page:`);
        for (const line of (await comparable(of)).split('\n')) tell.detail(line);
      }
      return enrolled;
    },
  };
}

/** Listens for the page that opens the link, and enrols the key that it hands over. */
export function listen(reception: Reception, origin: string, tell: Teller): Promise<Loopback> {
  const enrol = async (body: unknown): Promise<LoopbackAnswer> => {
    const asked = enrolCall.safeParse(body);
    if (!asked.success) return { status: 400, json: { error: 'body-malformed' } };
    const { publicJwk: publicKey, encryptionJwk: encryptionKey, name: called } = asked.data;
    try {
      const enrolled =
        encryptionKey === undefined
          ? await reception.enrol({ publicKey, called })
          : await reception.enrolOfficer({ publicKey, encryptionKey, called });
      return { status: 200, json: enrolled };
    } catch (error) {
      tell.fault(`A key was not enrolled: ${messageOf(error)}`);
      return error instanceof SignatureError
        ? { status: 400, json: { error: error.code } }
        : { status: 500, json: { error: 'internal' } };
    }
  };
  // What `writ bridge` answers: here nobody’s key signs, and the page makes its own.
  const noKey = async () => ({ status: 404, json: { error: 'no-key' } });
  const routes = { 'GET /key': noKey, 'POST /enrol': enrol };
  return startLoopback({ origin, routes, tell: (line) => tell.detail(line) });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
