import type { Status } from '#core/cases/case.ts';

/**
 * The words of ETSI TS 103 120 (HI-1) that Writ reads and writes: the namespaces of one edition of its schemas, the values of
 * ETSI's dictionaries, and those of a dictionary of our own where ETSI's has no word (docs/etsi.md). A newer edition changes
 * this file, and what names elements beside it.
 */

/** The edition that is read and written, and that what we write was validated against. */
export const etsiVersion = 'V1.12.1';

export const namespaces = {
  core: 'http://uri.etsi.org/03120/common/2019/10/Core',
  common: 'http://uri.etsi.org/03120/common/2016/02/Common',
  auth: 'http://uri.etsi.org/03120/common/2020/09/Authorisation',
  task: 'http://uri.etsi.org/03120/common/2020/09/Task',
  doc: 'http://uri.etsi.org/03120/common/2020/09/Document',
  notify: 'http://uri.etsi.org/03120/common/2016/02/Notification',
  delivery: 'http://uri.etsi.org/03120/common/2019/10/Delivery',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  /** What ETSI leaves to a national profile, as client/etsi/writ-parameters.xsd defines it. */
  writ: 'urn:writ:etsi:1',
} as const;
export type Prefix = keyof typeof namespaces;

/** A value of a dictionary, as TS 103 120 names one. */
export interface Entry {
  owner: string;
  name: string;
  value: string;
}

export const etsi = (name: string, value: string): Entry => ({ owner: 'ETSI', name, value });
/** Of our own dictionary. */
export const ours = (name: string, value: string): Entry => ({ owner: 'Writ', name, value });

/** By when an order asks for its answer: flags of the Authorisation, as ETSI's dictionary has none for them. */
export const deadlineFlags = {
  'ten-days': 'TenDays',
  'as-soon-as-possible': 'AsSoonAsPossible',
  'eight-hours': 'EightHours',
} as const;

/** Which approval of an Authorisation is the issuing authority's, and which the validating authority's. */
export const approvals = { issued: 'Issuing', validated: 'Validation' } as const;

/** Formats of the identifiers that Writ asks by. */
export const identifierFormats = {
  // `leaves`: what is left out of a value. This one has digits alone.
  phone: { owner: 'ETSI', name: 'InternationalE164', leaves: /^\+/ },
  account: { owner: 'Writ', name: 'Account', leaves: undefined },
  username: { owner: 'Writ', name: 'Username', leaves: undefined },
} as const;

/** Formats of TS 103 280 that are an address. Writ has no index by address. */
export const addressFormats: readonly string[] = [
  'IPv4Address',
  'IPv6Address',
  'IPv4CIDR',
  'IPv6CIDR',
  'IPAddress',
  'IPCIDR',
  'IPAddressPort',
  'IPAddressPortRange',
  'TCPPort',
  'UDPPort',
  'Port',
  'PortRange',
];

/** ETSI's dictionary of a task's statuses has no word for two that a case has. */
const ownStatuses: readonly Status[] = ['Suspended', 'Expired'];

/** A case's status as its task's. */
export function taskStatus(status: Status): Entry {
  return ownStatuses.includes(status) ? ours('LDTaskStatus', status) : etsi('LDTaskStatus', status);
}

/** A case's status as that of its Authorisation: once it is approved, its task alone moves on. */
export function authorisationStatus(status: Status, isEmergency: boolean): Entry {
  const isApproved =
    status === 'AwaitingDisclosure' || status === 'Disclosed' || status === 'DisclosureNotAvailable';
  const approved = isEmergency ? 'EmergencyApproval' : 'Approved';
  return etsi('AuthorisationStatus', isApproved ? approved : status);
}
