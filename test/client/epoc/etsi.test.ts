import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormError } from '#client/epoc/form.ts';
import { readOrderForm } from '#client/epoc/read.ts';
import { orderDigests } from '#client/order-digest.ts';
import { toBase64, utf8 } from '#core/bytes.ts';
import { codesOf, document, entry, imported, message, standing, task, value } from './forms.ts';

/** An EPOC as a message of ETSI TS 103 120. */

const codeOf = (text: string) => {
  try {
    readOrderForm(utf8(text));
    return 'read';
  } catch (error) {
    return error instanceof FormError ? `${error.code} ${error.faults.join()}`.trim() : 'thrown';
  }
};

test('a task of an Authorisation becomes a draft', () => {
  const result = imported(message());
  assert.deepEqual(result.drafts, [
    {
      kind: 'request',
      evidence: [1],
      draft: {
        reference: 'GS-4711/26',
        order: 'DE-2026-000117',
        priority: 'Routine',
        instrument: {
          kind: 'EPOC',
          jurisdiction: 'DE',
          authoriserRole: 'JudgeCourtOrInvestigatingJudge',
          issuedAt: '2026-11-20T09:00:00Z',
        },
        investigation: 'criminal',
        subjects: [{ kind: 'phone', value: '+4915112345678' }],
        categories: ['TrafficData'],
        period: { from: '2026-08-31T22:00:00Z', to: '2026-11-20T00:00:00Z' },
      },
    },
  ]);
  assert.deepEqual(
    result.said.filter(({ kind }) => kind === 'open').map(({ code }) => code),
    ['offence-open', 'digest-open'],
  );
  assert.ok(!codesOf(result).includes('unread'));
});

test('an element that nobody reads is said, wherever it stands', () => {
  const result = imported(
    message({
      authorisation: standing({
        more: '<a:AuthorisationManualInformation>but not before Monday</a:AuthorisationManualInformation>',
      }),
      tasks: task({ more: '<t:Surprise xmlns:t="urn:another"><t:Within/></t:Surprise>' }),
    }),
  );
  assert.deepEqual(
    result.said.filter(({ code }) => code === 'unread').map((each) => each.value),
    ['AuthorisationManualInformation', 'Surprise'],
  );
});

test('the order’s digest is that of the document that came, and of no other', () => {
  const bytes = utf8('%PDF-1.7 the order');
  const { hex, member } = orderDigests(bytes);
  const contents = toBase64(bytes);
  const drafted = (documents: string) => imported(message({ documents }));
  assert.equal(drafted(document({ contents })).drafts[0]?.draft.instrument.digest, member);
  assert.equal(drafted(document({ contents, checksum: hex })).drafts[0]?.draft.instrument.digest, member);
  assert.equal(drafted(document({ checksum: hex })).drafts[0]?.draft.instrument.digest, member);
  const other = drafted(document({ contents, checksum: 'ab'.repeat(32) }));
  assert.deepEqual(other.drafts, []);
  assert.ok(codesOf(other).includes('digest-differs'));
  assert.ok(codesOf(drafted(document({ contents: 'no base64!' }))).includes('digest-differs'));
  const annex = drafted(document({ type: 'Annex', contents }));
  assert.equal(annex.drafts[0]?.draft.instrument.digest, undefined);
  assert.ok(codesOf(annex).includes('unread'));
});

test('the flag of an emergency counts; a high priority is none', () => {
  const flag = entry('a:AuthorisationFlag', 'ETSI', 'AuthorisationFlag', 'IsEmergency');
  const emergency = imported(message({ authorisation: standing({ flags: flag }) }));
  assert.equal(emergency.drafts[0]?.draft.priority, 'Emergency');
  const high = imported(
    message({
      authorisation: standing().replace(
        '<a:AuthorisationCSPID>',
        `${entry('a:AuthorisationPriority', 'ETSI', 'AuthorisationPriority', 'High')}<a:AuthorisationCSPID>`,
      ),
    }),
  );
  assert.equal(high.drafts[0]?.draft.priority, 'Routine');
  assert.ok(codesOf(high).includes('unread'));
  const onOne = `<t:Flags>${entry('t:LDTaskFlag', 'ETSI', 'LDTaskFlag', 'IsEmergency')}</t:Flags>`;
  const some = imported(message({ tasks: `${task({ more: onOne })}${task()}` }));
  assert.deepEqual(some.drafts, []);
  assert.ok(codesOf(some).includes('emergency-contradicted'));
});

test('a test, an order that is not in force, and one for another provider become nothing', () => {
  const test = entry('a:AuthorisationFlag', 'ETSI', 'AuthorisationFlag', 'IsTest');
  const cancelled = entry('a:AuthorisationStatus', 'ETSI', 'AuthorisationStatus', 'Cancelled');
  const forms: [code: string, authorisation: string][] = [
    ['test', standing({ flags: test })],
    ['not-in-force', cancelled + standing()],
    ['other-addressee', standing({ cspid: 'another.example' })],
  ];
  for (const [code, authorisation] of forms) {
    const result = imported(message({ authorisation }));
    assert.deepEqual(result.drafts, [], code);
    assert.ok(result.said.some((each) => each.code === code && each.kind === 'refused'));
  }
});

test('an address is refused, and so is an identifier that others narrow', () => {
  const ip = value('ETSI', 'IPv4Address', '192.0.2.7');
  const port = value('ETSI', 'TCPPort', '4711');
  const account = value('Writ', 'Account', 'u-4711');
  const codes = (values: string) => {
    const result = imported(message({ tasks: task({ values }) }));
    assert.deepEqual(result.drafts, []);
    return codesOf(result);
  };
  assert.ok(codes(ip).includes('address-and-time'));
  assert.ok(codes(ip + port).includes('address-and-time'));
  assert.ok(codes(account + ip).includes('identifiers-several'));
  assert.ok(codes(value('ETSI', 'EmailAddress', 'a@example.org')).includes('identifier-unknown'));
  assert.ok(codes(value('3GPP', 'InternationalE164', '4915112345678')).includes('identifier-unknown'));
});

test('a category of another dictionary is none, whatever it is called', () => {
  const foreign = imported(
    message({ tasks: task({ kind: entry('t:Type', 'EU', 'RequestType', 'TrafficData') }) }),
  );
  assert.deepEqual(foreign.drafts, []);
  assert.ok(codesOf(foreign).includes('category-unknown'));
  const content = imported(
    message({ tasks: task({ kind: entry('t:Type', 'Writ', 'RequestType', 'ContentData') }) }),
  );
  assert.deepEqual(content.drafts, []);
  assert.ok(codesOf(content).includes('content'));
});

test('interception and preservation tasks are refused with their reason, and a task of another order is not taken', () => {
  const both = imported(
    message({ tasks: task({ type: 't:LITaskObject' }) + task({ type: 't:LPTaskObject' }) + task() }),
  );
  assert.deepEqual(
    both.said.filter(({ kind }) => kind === 'refused').map(({ code }) => code),
    ['interception', 'preservation-edition'],
  );
  assert.equal(both.drafts.length, 1);
  const elsewhere = imported(
    message({ tasks: task({ associated: '11111111-1111-4111-8111-111111111111' }) }),
  );
  assert.deepEqual(elsewhere.drafts, []);
  assert.ok(codesOf(elsewhere).includes('task-elsewhere'));
});

test('an EPOC-PR whose tasks ask for disclosure preserves, and discloses nothing', () => {
  const authorisation = standing().replace('>EPOC<', '>EPOC-PR<');
  const result = imported(message({ authorisation }));
  assert.equal(result.drafts[0]?.kind, 'preservation');
  assert.ok(codesOf(result).includes('as-preservation'));
});

test('another edition is said', () => {
  assert.ok(codesOf(imported(message({ version: 'V1.22.1' }))).includes('edition'));
});

test('several orders, no order, and elements where others belong are refused by their place', () => {
  const whole = message();
  const object = /<c:ActionRequest>[\s\S]*?<\/c:ActionRequest>/.exec(whole)?.[0] ?? '';
  assert.equal(codeOf(whole.replace(object, object + object)), 'form-several');
  assert.equal(codeOf(whole.replace(object, '')), 'form-unknown AuthorisationObject');
  assert.equal(
    codeOf(
      whole.replace(
        '<c:CountryCode>DE</c:CountryCode>\n      <c:Owner',
        '<c:CountryCode><c:X/></c:CountryCode>\n      <c:Owner',
      ),
    ),
    'form-malformed Payload/RequestPayload/ActionRequests/ActionRequest/CREATE/HI1Object/CountryCode',
  );
  assert.equal(codeOf('<html/>'), 'form-unknown');
});

test('no document type, no entities, no other encoding, no depth without end', () => {
  const whole = message();
  const typed = whole.replace('?>', '?><!DOCTYPE x [<!ENTITY e "4915112345678">]>');
  assert.equal(codeOf(typed.replace('4915112345678<', '&e;<')), 'form-unreadable doctype');
  assert.equal(codeOf(whole.replace('utf-8', 'iso-8859-1')), 'form-unreadable encoding');
  assert.equal(codeOf(`${'<a>'.repeat(60)}${'</a>'.repeat(60)}`), 'form-unreadable too-deep');
  assert.equal(codeOf(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`), 'form-unreadable too-deep');
  assert.equal(codeOf(`<a>${'<b/>'.repeat(60_000)}</a>`), 'form-unreadable too-large');
  assert.equal(codeOf(whole.replace('</c:Payload>', '')), 'form-unreadable malformed');
  assert.equal(codeOf(whole.replace('xsi:type="a:', 'xsi:type="z:')), 'form-unreadable malformed');
});

test('an approval that says that it is a validation is not the issuing authority’s, and a second one is', () => {
  const details = /<a:AuthorisationApprovalDetails>[\s\S]*<\/a:AuthorisationApprovalDetails>/;
  const [approval = ''] = details.exec(standing()) ?? [];
  const of = (type: string, role: string) =>
    approval
      .replace(
        '<common:ApprovalReference>',
        `<common:ApprovalType>${type}</common:ApprovalType><common:ApprovalReference>`,
      )
      .replace('JudgeCourtOrInvestigatingJudge', role);
  const importedOf = (approvals: string) =>
    imported(message({ authorisation: standing().replace(details, approvals) }));
  const alone = importedOf(of('Validation', 'PublicProsecutor'));
  assert.deepEqual(alone.drafts, []);
  assert.ok(codesOf(alone).includes('issuer-missing'));
  const both = importedOf(of('Issuing', 'OtherCompetentAuthority') + of('Validation', 'PublicProsecutor'));
  assert.equal(both.drafts[0]?.draft.instrument.authoriserRole, 'PublicProsecutor');
  const unclear = importedOf(of('One', 'OtherCompetentAuthority') + of('Two', 'PublicProsecutor'));
  assert.deepEqual(unclear.drafts, []);
});

test('to whom the data goes, a signature, and a task that is over are said', () => {
  const delivery =
    '<t:DeliveryDetails><t:LDDeliveryDestination><t:DeliveryAddress><t:EmailAddress>ermittler@example.org</t:EmailAddress></t:DeliveryAddress></t:LDDeliveryDestination></t:DeliveryDetails>';
  const signed = message({ tasks: task({ more: delivery }) }).replace(
    '</c:Payload>',
    '</c:Payload><c:Signature/>',
  );
  const result = imported(signed);
  assert.deepEqual(
    result.said.filter(({ kind }) => kind === 'note').map(({ code, value }) => `${code} ${value}`),
    ['recipient ermittler@example.org', 'unread Signature'],
  );
  const over = task().replace(
    '<t:RequestDetails>',
    `${entry('t:Status', 'ETSI', 'LDTaskStatus', 'Cancelled')}<t:RequestDetails>`,
  );
  const cancelled = imported(message({ tasks: over + task() }));
  assert.deepEqual(
    cancelled.drafts.map(({ evidence }) => evidence),
    [[2]],
  );
});
