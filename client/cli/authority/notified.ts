import { eachNotification } from '#client/authority.ts';
import { printable } from '#client/printable.ts';
import type { NotificationLine, NotificationView } from '#core/cases/notification-view.ts';
import { scopeText } from '../case-text.ts';
import { bad, counted } from '../common.ts';
import { CommandError } from '../errors.ts';
import { fields, table, until, when } from '../format.ts';
import { ambiguous, isWholeId, resolve, shortIds } from '../named-case.ts';
import type { Connection } from '../profile/connection.ts';

/** Notifications as commands find and show them. */

/** Every one, the newest first. */
export async function allNotified({ session }: Pick<Connection, 'session'>): Promise<NotificationLine[]> {
  const all: NotificationLine[] = [];
  for await (const one of eachNotification(session)) all.push(one);
  return all;
}

/** The id that is meant: by itself, or by its beginning. @throws CommandError notification-unknown, case-ambiguous */
export async function notifiedNamed(connection: Pick<Connection, 'session'>, given: string): Promise<string> {
  if (isWholeId(given)) return given.toLowerCase();
  // The provider tells no authority the agency's own reference.
  const candidates = (await allNotified(connection)).map(({ id, agency }) => ({ id, reference: agency }));
  const resolved = resolve(
    given,
    candidates.filter(({ id }) => id.startsWith(given.toLowerCase())),
  );
  if (resolved.found === 'one') return resolved.id;
  if (resolved.found === 'several') throw ambiguous('notification', resolved.candidates);
  throw new CommandError(
    'notification-unknown',
    'your authority was notified of no case with this id',
    '`writ authority list --all` has them all',
  );
}

const answers = { consent: 'consented', object: 'objected' } as const;

/** Whether it can still be answered. */
export const isOpen = ({ links }: Pick<NotificationLine, 'links'>) => Object.hasOwn(links, 'answers');

function standing({ answer, links, status }: NotificationLine): string {
  if (answer !== undefined) return answers[answer];
  return isOpen({ links }) ? 'to answer' : `not answered (${status})`;
}

export function notifiedList(lines: readonly NotificationLine[], now = Date.now()): string {
  if (lines.length === 0) return 'Nothing is there.\n';
  const short = shortIds(lines.map(({ id }) => id));
  const rows = lines.map((line) => [
    isOpen(line) ? until(line.until, now) : '',
    line.priority === 'Emergency' ? bad('EMERGENCY') : 'routine',
    standing(line),
    printable(line.agency),
    printable(line.instrument),
    printable(short.get(line.id) ?? line.id),
  ]);
  const open = lines.filter(isOpen).length;
  return `${table(['until', 'priority', 'status', 'agency', 'order', 'id'], rows)}${counted(lines.length, 'notification')}, ${open} to answer\n`;
}

export function notifiedText(view: NotificationView): string {
  const { answer, ground } = view;
  const waits = view.waits
    ? 'nothing is disclosed before that without your consent'
    : 'an emergency: it is disclosed meanwhile, and your objection ends that';
  const next = isOpen(view)
    ? `next:\n  writ authority consent ${view.id}\n  writ authority object ${view.id} --ground GROUND --text TEXT\n`
    : '';
  return (
    fields({
      notification: view.id,
      agency: printable(view.agency),
      order: `${printable(view.instrument)}, ${printable(view.jurisdiction)}, ${view.authoriserRole}`,
      'order’s digest': printable(view.order),
      asked: scopeText(view.asked),
      priority: view.priority,
      received: when(view.receivedAt),
      'you may object until': `${when(view.until)}, ${until(view.until)}: ${waits}`,
      'you answered':
        answer === undefined
          ? undefined
          : `${answers[answer]}${ground === undefined ? '' : ` (${ground})`}, ${when(view.answeredAt ?? '')}`,
      'what you left': view.scope === undefined ? undefined : scopeText(view.scope),
      'status of the case': view.status,
      'request digest': printable(view.requestDigest),
    }) + next
  );
}
