import { microseconds, type Party } from './facts.ts';
import { documentText, element, type Markup } from './markup.ts';
import { etsiVersion } from './vocabulary.ts';

/** A message of TS 103 120 (HI-1), as a file. Nobody signed it: what is signed is the request, and the package. */
export interface EtsiMessage {
  /** What the file is called. */
  name: string;
  xml: string;
}

interface Envelope {
  from: Party;
  to: Party;
  /** An instant. */
  now: string;
  /** A random UUID. */
  transaction: string;
}

export const endpoint = (prefix: 'core', name: string, { country, id }: Party): Markup =>
  element(prefix, name, endpointContent({ country, id }));

export const endpointContent = ({ country, id }: Pick<Party, 'country' | 'id'>): Markup[] => [
  element('core', 'CountryCode', country),
  element('core', 'UniqueIdentifier', id),
];

/** Objects that one side makes known to the other. @throws EtsiError not-in-xml */
export function creating(name: string, envelope: Envelope, objects: readonly Markup[]): EtsiMessage {
  return requesting(
    name,
    envelope,
    objects.map((object) => element('core', 'CREATE', [object])),
  );
}

/** Objects as they stand, in answer to a question for them. @throws EtsiError not-in-xml */
export function answering(name: string, envelope: Envelope, objects: readonly Markup[]): EtsiMessage {
  const responses = objects.map((object, i) =>
    element('core', 'ActionResponse', [
      element('core', 'ActionIdentifier', i),
      element('core', 'GETResponse', [object]),
    ]),
  );
  return message(
    name,
    envelope,
    element('core', 'ResponsePayload', [element('core', 'ActionResponses', responses)]),
  );
}

/** One object that is delivered. @throws EtsiError not-in-xml */
export function delivering(name: string, envelope: Envelope, id: string, object: Markup): EtsiMessage {
  return requesting(name, envelope, [
    element('core', 'DELIVER', [element('core', 'Identifier', id), object]),
  ]);
}

function requesting(name: string, envelope: Envelope, acts: readonly Markup[]): EtsiMessage {
  const requests = acts.map((act, i) =>
    element('core', 'ActionRequest', [element('core', 'ActionIdentifier', i), act]),
  );
  return message(
    name,
    envelope,
    element('core', 'RequestPayload', [element('core', 'ActionRequests', requests)]),
  );
}

function message(name: string, { from, to, now, transaction }: Envelope, payload: Markup): EtsiMessage {
  const root = element('core', 'HI1Message', [
    element('core', 'Header', [
      endpoint('core', 'SenderIdentifier', from),
      endpoint('core', 'ReceiverIdentifier', to),
      element('core', 'TransactionIdentifier', transaction),
      element('core', 'Timestamp', microseconds(now)),
      element('core', 'Version', [
        element('core', 'ETSIVersion', etsiVersion),
        element('core', 'NationalProfileOwner', 'Writ'),
        element('core', 'NationalProfileVersion', '1'),
      ]),
    ]),
    element('core', 'Payload', [payload]),
  ]);
  return { name, xml: documentText(root) };
}
