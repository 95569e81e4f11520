import type { Session } from './exchange.ts';
import { type ChangeView, type KeyView, listChanges, type PersonView } from './registry.ts';

/** All keys of a person are revoked: what ends with them, and in which order they go. */

/** What this person has signed and nobody has completed: without a key of theirs the signature counts for nothing. */
export async function changesSignedBy(
  session: Session,
  { holder }: Pick<PersonView, 'holder'>,
): Promise<ChangeView[]> {
  const pending = await listChanges(session, 'Pending');
  return pending.filter(({ decisions }) => decisions.some((decision) => decision.holder === holder));
}

/** One key after the other. Whoever revokes their own keys needs the one that signs to the end. */
export function inOrderOfRevocation(keys: readonly KeyView[], signing: string): KeyView[] {
  const isOwn = ({ keyid }: KeyView) => keyid === signing;
  return [...keys.filter((key) => !isOwn(key)), ...keys.filter(isOwn)];
}

/** Whether enough people are left: a desk takes two, and an agency one. */
export function leftWithout({
  agency,
  others,
}: Pick<PersonView, 'agency' | 'others'>): 'enough' | 'desk-too-few' | 'agency-nobody' {
  if (agency === undefined) return others >= 2 ? 'enough' : 'desk-too-few';
  return others >= 1 ? 'enough' : 'agency-nobody';
}
