import { randomUUID } from 'node:crypto';
import { followRequest } from '#client/agency.ts';
import { type Check, ok, unknown, wrong } from '#client/doctor/check.ts';
import { ExchangeError, RefusedError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import type { ProviderDocument } from '#client/provider.ts';
import { listReviews } from '#client/reviewer.ts';
import { agentAbout } from '../agent/asking.ts';
import { errorText } from '../error-text.ts';
import { CommandError } from '../errors.ts';
import type { Connection } from '../profile/connection.ts';
import { keyPath } from '../profile/connection.ts';
import { keyFileState } from '../profile/key-file.ts';
import type { Named, Profile } from '../profile/profile.ts';

/** Whether the provider accepts this profile's key, by one signed call that changes nothing. */
const name = 'key';

/** Whether the key can sign without a passphrase, a PIN or a card from a person. */
export async function signsUnasked(named: Named, passphraseFile: string | undefined): Promise<boolean> {
  const { signing } = named.profile;
  if (signing?.at !== 'file') return false;
  if ((await agentAbout(named))?.keys.includes(signing.keyId) === true) return true;
  const state = await keyFileState(keyPath(named, signing.file));
  return state !== undefined && (!state.isEncrypted || passphraseFile !== undefined);
}

export async function keyCheck(
  { session, profile }: Pick<Connection, 'session' | 'profile'>,
  published: ProviderDocument,
  timeoutMs: number,
): Promise<Check> {
  const asking: Session = { ...session, timeoutMs, retry: { attempts: 1 } };
  const works = ok(
    name,
    `enrolled and active: a call signed as ${profile.role} was taken, and its answer verified`,
  );
  try {
    // A reviewer lists cases, and nothing of them is shown. An agency asks for a case that does not exist.
    if (profile.role === 'reviewer') await listReviews(asking, 'Invalid');
    else await followRequest(asking, randomUUID());
    return works;
  } catch (error) {
    if (error instanceof RefusedError)
      return error.code === 'not-found' && error.verified
        ? works
        : refused(error, asking, profile, published);
    if (error instanceof ExchangeError) return unreliable(error);
    if (error instanceof CommandError)
      return error.code === 'passphrase-missing'
        ? unknown(name, error.message, error.next)
        : wrong(
            name,
            error.message,
            error.next ?? '`writ keys show` says which key this profile has, and where',
          );
    throw error;
  }
}

function refused(
  error: RefusedError,
  { url }: Session,
  { role }: Profile,
  published: ProviderDocument,
): Check {
  const { host } = new URL(url);
  const { code } = error;
  const said = (message: string, next: string) => wrong(name, `${message} (${code})`, next);
  switch (code) {
    case 'key-cooling': {
      const hours = published.limits?.coolOffHours;
      const after = hours === undefined ? 'its cool-off' : `a cool-off of ${hours} hours`;
      return said(
        'enrolled, and not active yet',
        `a new key counts after ${after}, or from when its enrolment says; try again then`,
      );
    }
    case 'signature-key-unknown':
      return said(
        'revoked here',
        'have another key enrolled: `writ keys new` makes one, `writ keys show --enrolment` is what to send',
      );
    case 'key-role':
      return said(
        `enrolled, and not as ${role === 'agency' ? 'an agency’s' : 'a reviewer’s'}`,
        'use the profile that this key was made for, or have it enrolled for this',
      );
    case 'signature-invalid':
      return said(
        `not enrolled here; or it is, and the provider does not find the signature this key’s: it verifies for another address than ${host}`,
        `have it enrolled: \`writ keys show --enrolment\` is what to send. If it is, a custom domain is the likely cause:
  the operator deploys with -c authority=${host}, and what is in front of the API leaves path and query as they are`.replace(
          /\s+/g,
          ' ',
        ),
      );
    case 'signature-expired':
      return said('the signature had expired when it came: this machine’s clock is behind', 'set it, by NTP');
    case 'signature-not-yet-valid':
      return said('the signature lies in the future: this machine’s clock is ahead', 'set it, by NTP');
    default: {
      const { message, next } = errorText(error) ?? { message: printable(error.message), next: undefined };
      return wrong(name, `refused: ${message} (${code})`, next);
    }
  }
}

function unreliable(error: ExchangeError): Check {
  const { code, cause } = error;
  const { message, next } = errorText(error) ?? { message: code, next: undefined };
  if (code === 'answer-not-verified' && cause === 'signature-not-yet-valid')
    return wrong(
      name,
      'the answer’s signature lies in the future: this machine’s clock is behind',
      'set it, by NTP',
    );
  if (code === 'answer-not-verified' && cause === 'signature-expired')
    return wrong(name, 'the answer’s signature had expired: this machine’s clock is ahead', 'set it, by NTP');
  if (code === 'unreachable') return unknown(name, message, 'try again');
  return wrong(name, `${message} (${code})`, next);
}
