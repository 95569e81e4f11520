import { authorisationObject, orderObject, taskObjects } from './asked.ts';
import { deliveryObjects } from './delivery.ts';
import type { CaseFacts } from './facts.ts';
import { answering, creating, delivering, type EtsiMessage } from './message.ts';
import { refusalObjects } from './refusal.ts';
import { authorisationStatus, taskStatus } from './vocabulary.ts';

/**
 * A case as messages of ETSI TS 103 120 V1.12.1, in browsers and in Node:
 *
 * - `asked.xml`, from the agency to the provider: the Authorisation, the order as a Document, a task for each identifier;
 * - `status.xml`, from the provider: the Authorisation and the tasks with their statuses;
 * - `refusal.xml`, where something is refused, left out or asked: a Notification, and a document as Annex III (cf.) has it;
 * - `delivery-1.xml` and on, of what was collected: a Delivery a file; above 25 MB, one with the manifest alone.
 *
 * A preservation has no object in this edition: LPTask came later.
 *
 * @throws EtsiError not-in-xml: an identifier has a character that XML does not have
 */
export function exportCase(facts: CaseFacts): EtsiMessage[] {
  const { agency, provider, view, now, random } = facts;
  const fromAgency = () => ({ from: agency, to: provider, now, transaction: random() });
  const fromProvider = () => ({ from: provider, to: agency, now, transaction: random() });
  const order = orderObject(facts);
  const refusal = refusalObjects(facts);
  const { status, priority } = view;
  const standing = authorisationStatus(status, priority === 'Emergency');
  return [
    creating('asked.xml', fromAgency(), [
      authorisationObject(facts),
      ...(order === undefined ? [] : [order]),
      ...taskObjects(facts),
    ]),
    answering('status.xml', fromProvider(), [
      authorisationObject(facts, standing),
      ...taskObjects(facts, taskStatus(status)),
    ]),
    ...(refusal.length === 0 ? [] : [creating('refusal.xml', fromProvider(), refusal)]),
    ...deliveryObjects(facts).map(({ id, object }, i) =>
      delivering(`delivery-${i + 1}.xml`, fromProvider(), id, object),
    ),
  ];
}
