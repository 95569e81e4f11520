import { draftsOf, type Imported, type ImportRules } from '#client/epoc/drafts.ts';
import { readOrderForm } from '#client/epoc/read.ts';
import type { SaidCode } from '#client/epoc/said.ts';
import { utf8 } from '#core/bytes.ts';

/** Orders' forms for tests, and what is imported of them. Nobody in them exists. */

export const now = '2026-11-27T10:00:00Z';

export const epoc = {
  form: 'writ-order-form',
  version: 1,
  certificate: 'EPOC',
  id: 'DE-2026-000117',
  A: { state: 'DE', authority: { id: 'DE-AG-HH-0007', name: 'Amtsgericht Hamburg' } },
  B: { addressee: { country: 'IE', id: 'disclosure.example', name: 'Example Mail' } },
  C: { deadline: 'ten-days' },
  EF: [
    {
      identifier: { type: 'phone', value: '+4915112345678' },
      period: { from: '2026-09-01T00:00:00+02:00', to: '2026-11-20T00:00:00+01:00' },
      categories: ['subscriber', 'traffic'],
    },
    {
      identifier: { type: 'account', value: 'u-4711' },
      period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
      categories: ['identification'],
    },
  ],
  G: { offence: 'StGB 176b', thresholdMet: true },
  I: {
    type: 'JudgeCourtOrInvestigatingJudge',
    issuedAt: '2026-11-20T09:00:00Z',
    fileReference: 'GS-4711/26',
  },
} as const;

export const provider = { name: 'Example Mail', authority: 'disclosure.example' };

export const bytesOf = (form: unknown) => utf8(JSON.stringify(form));

export function imported(form: unknown, rules: Partial<ImportRules> = {}): Imported {
  const bytes = typeof form === 'string' ? utf8(form) : bytesOf(form);
  return draftsOf(readOrderForm(bytes), { provider, now, ...rules });
}

export const codesOf = ({ said }: Imported): SaidCode[] => said.map(({ code }) => code);

/** A message of TS 103 120 as another system would write it: pretty-printed, with prefixes of its own. */
export function message({
  authorisation = '',
  tasks = task(),
  documents = '',
  version = 'V1.12.1',
}: {
  authorisation?: string;
  tasks?: string;
  documents?: string;
  version?: string;
} = {}): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<c:HI1Message xmlns:c="http://uri.etsi.org/03120/common/2019/10/Core" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:common="http://uri.etsi.org/03120/common/2016/02/Common" xmlns:t="http://uri.etsi.org/03120/common/2020/09/Task"
  xmlns:a="http://uri.etsi.org/03120/common/2020/09/Authorisation" xmlns:d="http://uri.etsi.org/03120/common/2020/09/Document">
  <c:Header>
    <c:SenderIdentifier><c:CountryCode>DE</c:CountryCode><c:UniqueIdentifier>PLATFORM</c:UniqueIdentifier></c:SenderIdentifier>
    <c:ReceiverIdentifier><c:CountryCode>IE</c:CountryCode><c:UniqueIdentifier>disclosure.example</c:UniqueIdentifier></c:ReceiverIdentifier>
    <c:TransactionIdentifier>c02358b2-76cf-4ba4-a8eb-f6436ccaea2e</c:TransactionIdentifier>
    <c:Timestamp>2026-11-27T10:00:00.000000Z</c:Timestamp>
    <c:Version><c:ETSIVersion>${version}</c:ETSIVersion><c:NationalProfileOwner>DE</c:NationalProfileOwner><c:NationalProfileVersion>v1</c:NationalProfileVersion></c:Version>
  </c:Header>
  <c:Payload><c:RequestPayload><c:ActionRequests>
    ${created(`<c:HI1Object xsi:type="a:AuthorisationObject">
      <c:ObjectIdentifier>${authorisationId}</c:ObjectIdentifier>
      <c:CountryCode>DE</c:CountryCode>
      <c:OwnerIdentifier>DE-AG-HH-0007</c:OwnerIdentifier>
      ${authorisation === '' ? standing() : authorisation}
    </c:HI1Object>`)}
    ${tasks}
    ${documents}
  </c:ActionRequests></c:RequestPayload></c:Payload>
</c:HI1Message>`;
}

export const authorisationId = '7dbbc880-8750-4d3c-abe7-ea4a17646045';

const created = (object: string) =>
  `<c:ActionRequest><c:ActionIdentifier>0</c:ActionIdentifier><c:CREATE>${object}</c:CREATE></c:ActionRequest>`;

export const entry = (tag: string, owner: string, name: string, value: string) =>
  `<${tag}><common:Owner>${owner}</common:Owner><common:Name>${name}</common:Name><common:Value>${value}</common:Value></${tag}>`;

export function standing({
  flags = entry('a:AuthorisationFlag', 'Writ', 'AuthorisationFlag', 'TenDays'),
  cspid = 'disclosure.example',
  more = '',
}: {
  flags?: string;
  cspid?: string;
  more?: string;
} = {}): string {
  return `<a:AuthorisationReference>DE-2026-000117</a:AuthorisationReference>
      ${entry('a:AuthorisationLegalType', 'Writ', 'AuthorisationLegalType', 'EPOC')}
      <a:AuthorisationCSPID><a:CSPID><c:CountryCode>IE</c:CountryCode><c:UniqueIdentifier>${cspid}</c:UniqueIdentifier></a:CSPID></a:AuthorisationCSPID>
      <a:AuthorisationApprovalDetails>
        <common:ApprovalReference>GS-4711/26</common:ApprovalReference>
        <common:ApproverDetails><common:ApproverRole>JudgeCourtOrInvestigatingJudge</common:ApproverRole></common:ApproverDetails>
        <common:ApprovalTimestamp>2026-11-20T10:00:00+01:00</common:ApprovalTimestamp>
      </a:AuthorisationApprovalDetails>
      <a:AuthorisationFlags>${flags}</a:AuthorisationFlags>
      ${more}`;
}

export function task({
  type = 't:LDTaskObject',
  values = value('ETSI', 'InternationalE164', '4915112345678'),
  kind = entry('t:Type', 'Writ', 'RequestType', 'TrafficData'),
  associated = authorisationId,
  more = '',
}: {
  type?: string;
  values?: string;
  kind?: string;
  associated?: string;
  more?: string;
} = {}): string {
  return created(`<c:HI1Object xsi:type="${type}">
      <c:ObjectIdentifier>2b36a78b-b628-416d-bd22-404e68a0cd36</c:ObjectIdentifier>
      <c:AssociatedObjects><c:AssociatedObject>${associated}</c:AssociatedObject></c:AssociatedObjects>
      <t:Reference>DE-AG-1</t:Reference>
      <t:RequestDetails>
        ${kind}
        <t:StartTime>2026-09-01T00:00:00+02:00</t:StartTime>
        <t:EndTime>2026-11-20T00:00:00Z</t:EndTime>
        <t:RequestValues>${values}</t:RequestValues>
      </t:RequestDetails>
      ${more}
    </c:HI1Object>`);
}

export const value = (owner: string, name: string, said: string) =>
  `<t:RequestValue><t:FormatType><t:FormatOwner>${owner}</t:FormatOwner><t:FormatName>${name}</t:FormatName></t:FormatType><t:Value>${said}</t:Value></t:RequestValue>`;

export function document({
  type = 'Warrant',
  contents,
  checksum,
}: {
  type?: string;
  contents?: string;
  checksum?: string;
}): string {
  return created(`<c:HI1Object xsi:type="d:DocumentObject">
      <c:ObjectIdentifier>45002c1e-dc4a-470a-9152-8e752638c86c</c:ObjectIdentifier>
      <d:DocumentName>order.pdf</d:DocumentName>
      ${entry('d:DocumentType', 'ETSI', 'DocumentType', type)}
      <d:DocumentBody>
        ${contents === undefined ? '' : `<d:Contents>${contents}</d:Contents>`}
        <d:ContentType>application/pdf</d:ContentType>
        ${checksum === undefined ? '' : `<d:Checksum>${checksum}</d:Checksum><d:ChecksumType>SHA-256</d:ChecksumType>`}
      </d:DocumentBody>
    </c:HI1Object>`);
}
