import { Part, PartError } from '#client/etsi/part.ts';
import { etsiVersion } from '#client/etsi/vocabulary.ts';
import type { XmlElement } from '#client/order/xml-reader.ts';
import { readAuthorisation } from './etsi-authorisation.ts';
import { readOrderDocument } from './etsi-document.ts';
import { readTask } from './etsi-task.ts';
import { FormError, type FormRead } from './form.ts';
import { type Said, say } from './said.ts';

/**
 * An order as a message of ETSI TS 103 120 (HI-1): its Authorisation, a task for each identifier, the order itself as a
 * Document. It reads the edition in client/etsi/vocabulary.ts. LPTask, with which later editions preserve, is refused with a
 * reason: its schema is not here.
 */

export function isEtsiMessage({ namespace, name }: XmlElement): boolean {
  return /^http:\/\/uri\.etsi\.org\/03120\//.test(namespace) && name === 'HI1Message';
}

/** @throws FormError form-unknown, form-malformed, form-several */
export function readEtsiForm(root: XmlElement): FormRead {
  const message = new Part(root, '');
  try {
    return formOf(message);
  } catch (cause) {
    if (!(cause instanceof PartError)) throw cause;
    throw new FormError('form-malformed', [cause.path.replace(/^\//, '')], { cause });
  }
}

function formOf(message: Part): FormRead {
  const { objects, said } = createdIn(message);
  const of = (prefix: 'auth' | 'task' | 'doc', type: string) =>
    objects.filter((object) => object.isOfType(prefix, type));
  const [authorisation, another] = of('auth', 'AuthorisationObject');
  if (another !== undefined) throw new FormError('form-several');
  if (authorisation === undefined) throw new FormError('form-unknown', ['AuthorisationObject']);
  const read = readAuthorisation(authorisation);
  const version = message.one('core', 'Header')?.one('core', 'Version')?.text('core', 'ETSIVersion');
  const receiver = read.form.addressees.length > 0 ? undefined : receiverOf(message);
  const tasks = of('task', 'LDTaskObject').map((task, i) => readTask(task, read.id, i + 1));
  const flagged = tasks.filter(({ isEmergency }) => isEmergency).length;
  const order = readOrderDocument(of('doc', 'DocumentObject'));
  const recipients = [...new Set(tasks.flatMap(({ recipient }) => recipient ?? []))];
  const foreign = objects.flatMap((object): Said[] => {
    const { name = 'HI1Object' } = object.element.type ?? {};
    if (object === authorisation || object.isOfType('task', 'LDTaskObject')) return [];
    if (object.isOfType('doc', 'DocumentObject')) return [];
    if (name === 'LITaskObject') return [say('interception', { section: 'F' })];
    if (name === 'LPTaskObject') return [say('preservation-edition', { section: 'F' })];
    return [say('unread', { value: name })];
  });
  const unread = objects
    .filter(isRead)
    .flatMap((object) => object.unread())
    .map((path) => path.replace(/^.*?HI1Object\//, ''));
  return {
    form: {
      ...read.form,
      addressees: receiver === undefined ? read.form.addressees : [receiver],
      ...(flagged > 0 && flagged === tasks.length ? { isEmergency: true } : {}),
      evidence: tasks.map(({ evidence }) => evidence),
      ...(recipients.length === 0 ? {} : { recipient: recipients.join('; ') }),
      ...(order.document === undefined ? {} : { document: order.document }),
    },
    said: [
      ...read.said,
      ...tasks.flatMap((task) => task.said),
      ...(flagged > 0 && flagged < tasks.length && read.form.isEmergency === undefined
        ? [say('emergency-contradicted', { section: 'B' })]
        : []),
      ...order.said,
      ...(version === etsiVersion ? [] : [say('edition', { value: version ?? '' })]),
      ...foreign,
      ...said,
      // It is not checked here, and so says nothing.
      ...(message.one('core', 'Signature') === undefined ? [] : [say('unread', { value: 'Signature' })]),
      ...[...new Set(unread)].slice(0, mostUnread).map((value) => say('unread', { value })),
    ],
  };
}

/** A list of elements that nobody knows helps up to some length. */
const mostUnread = 30;

const isRead = (object: Part) =>
  object.isOfType('auth', 'AuthorisationObject') ||
  object.isOfType('task', 'LDTaskObject') ||
  object.isOfType('doc', 'DocumentObject');

/** The objects that a message creates. What else it asks for is no order. */
function createdIn(message: Part): { objects: Part[]; said: Said[] } {
  const requests = message
    .one('core', 'Payload')
    ?.one('core', 'RequestPayload')
    ?.one('core', 'ActionRequests')
    ?.all('core', 'ActionRequest');
  if (requests === undefined) throw new FormError('form-unknown', ['RequestPayload']);
  const objects: Part[] = [];
  const said: Said[] = [];
  for (const request of requests) {
    const object = request.one('core', 'CREATE')?.one('core', 'HI1Object');
    if (object !== undefined) objects.push(object);
    else {
      const act = request.element.children.find(({ name }) => name !== 'ActionIdentifier')?.name;
      said.push(say('unread', { value: act ?? 'ActionRequest' }));
    }
  }
  return { objects, said };
}

/** Whom the message goes to, where its order names no provider. */
function receiverOf(message: Part) {
  const receiver = message.one('core', 'Header')?.one('core', 'ReceiverIdentifier');
  const id = receiver?.text('core', 'UniqueIdentifier');
  const country = receiver?.text('core', 'CountryCode');
  return id === undefined ? undefined : { id, ...(country === undefined ? {} : { country }) };
}
