import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { orderDigests } from '#client/order-digest.ts';
import { toBase64, utf8 } from '#core/bytes.ts';
import { writ as run } from '#dev/writ.ts';
import { policy } from '../../core/cases/cases.ts';
import { document, epoc, message } from '../epoc/forms.ts';
import { login, phone } from '../package/pages.ts';
import { TestProvider } from './provider.ts';

/** `writ request import`, and `writ request export --etsi`: an EPOC from its file to what was collected, and back. */
const folder = mkdtempSync(join(tmpdir(), 'writ-etsi-cli-'));
const at = (...names: string[]) => join(folder, ...names);
const env = { XDG_CONFIG_HOME: at('config'), XDG_STATE_HOME: at('state') };
const writ = (...args: string[]) => run(args, env, folder);

const provider = await TestProvider.start();
after(() => {
  provider.stop();
  rmSync(folder, { recursive: true });
});
before(async () => {
  await provider.profile(env.XDG_CONFIG_HOME, 'default');
  provider.pages = [[phone('+4915112345678'), login(1)]];
  provider.rules = {
    policy,
    terms: {
      jurisdictions: ['DE'],
      instruments: ['EPOC'],
      categories: ['TrafficData'],
      rates: { requestsPerDay: 9, emergenciesPerWeek: 0 },
    },
  };
});

const order = utf8('%PDF-1.7 the order');
const guide = readFileSync(new URL('../../../docs/etsi.md', import.meta.url), 'utf8');
/** What docs/etsi.md says that a command prints. */
const printed = (command: string) =>
  new RegExp(String.raw`^\$ writ request ${command} .*\n([\s\S]*?)^\`\`\`$`, 'm').exec(guide)?.[1];

test('docs/etsi.md has a whole form, and shows what is printed of it', async () => {
  const [, form = ''] = /<!-- form -->\n```json\n([\s\S]*?)^```$/m.exec(guide) ?? [];
  mkdirSync(at('guide'));
  writeFileSync(at('guide/epoc.json'), form);
  const none = { XDG_CONFIG_HOME: at('none'), XDG_STATE_HOME: at('none') };
  const { code, out, err } = await run(['request', 'import', 'epoc.json'], none, at('guide'));
  assert.equal(code, 0, err);
  assert.equal(out, printed('import'));
  assert.match(err, /^No provider could be asked/);
});

test('an EPOC that came as XML is imported, sent, collected, exported, and imported again as the same request', async () => {
  const contents = toBase64(order);
  writeFileSync(at('epoc.xml'), message({ documents: document({ contents }) }));
  const imported = await writ('request', 'import', 'epoc.xml', '--addressed-as', 'disclosure.example');
  assert.equal(imported.code, 0, imported.err + imported.out);
  assert.match(imported.out, /^You still give\n {2}- Section G: the offence/m);
  assert.match(imported.out, /^ {2}writ request new GS-4711-26\.json --order DE-2026-000117-order\.pdf$/m);
  for (const name of ['GS-4711-26.json', 'DE-2026-000117-order.pdf'])
    assert.equal(statSync(at(name)).mode & 0o777, 0o600);
  assert.deepEqual(new Uint8Array(readFileSync(at('DE-2026-000117-order.pdf'))), order);

  const sent = ['GS-4711-26.json', '--order', 'DE-2026-000117-order.pdf', '--offence', 'StGB 176b'];
  const asked = await writ('request', 'new', ...sent, '--yes', '--json');
  assert.equal(asked.code, 0, asked.err);
  const { request } = provider.caseOf('GS-4711/26');
  assert.equal(request.instrument.digest, orderDigests(order).member);
  assert.deepEqual(request.subjects, [{ kind: 'phone', value: '+4915112345678' }]);

  provider.approve('GS-4711/26');
  const collected = await writ('collect', 'GS-4711/26', '--out', 'package', '--yes');
  assert.equal(collected.code, 0, collected.err);
  const exported = await writ(
    ...['request', 'export', 'GS-4711/26', '--etsi', 'messages', '--package', 'package'],
    ...['--order', 'DE-2026-000117-order.pdf', '--provider-country', 'IE'],
  );
  assert.equal(exported.code, 0, exported.err);
  assert.equal(exported.out, printed('export'));
  assert.deepEqual(readdirSync(at('messages')).sort(), [
    'asked.xml',
    'delivery-1.xml',
    'delivery-2.xml',
    'delivery-3.xml',
    'delivery-4.xml',
    'status.xml',
  ]);
  const delivery = readFileSync(at('messages/delivery-1.xml'), 'utf8');
  const disclosure = [...delivery.matchAll(/<delivery:Data>(\S+)<\/delivery:Data>/g)].at(-1)?.[1] ?? '';
  assert.equal(
    Buffer.from(disclosure, 'base64').toString(),
    readFileSync(at('package/disclosure.json'), 'utf8'),
  );

  const again = await writ('request', 'import', 'messages/asked.xml', '--out', 'again');
  assert.equal(again.code, 0, again.err + again.out);
  assert.deepEqual(JSON.parse(readFileSync(at('again/GS-4711-26.json'), 'utf8')), request);
});

test('an EPOC as JSON is compared with whom it is addressed to and with the policy, and none of it is sent', async () => {
  const calls = provider.calls.length;
  writeFileSync(at('epoc.json'), JSON.stringify({ ...epoc, B: { addressee: { name: 'Another' } } }));
  const refused = await writ('request', 'import', 'epoc.json');
  assert.equal(refused.code, 1, refused.err);
  assert.match(refused.out, /^Refused\n {2}- Section B: it is addressed to Another/m);
  assert.match(refused.out, /^Nothing was imported\.$/m);
  const named = ['--addressed-as', 'Another', '--out', 'drafts', '--json'];
  const { code, out } = await writ('request', 'import', 'epoc.json', ...named);
  assert.equal(code, 0);
  const { drafts, said } = JSON.parse(out);
  assert.equal(drafts.length, 2);
  assert.ok(
    said.some((each: { code: string; text: string }) => each.code === 'digest-open' && each.text !== ''),
  );
  assert.ok(provider.calls.slice(calls).every(({ method }) => method === 'GET'));
  const twice = await writ('request', 'import', 'epoc.json', ...named);
  assert.match(twice.err, /file-exists/);
});

test('an EPOC-PR becomes a preservation, and a file that is no form is refused without what it holds', async () => {
  const [first] = epoc.EF;
  writeFileSync(at('pr.json'), JSON.stringify({ ...epoc, certificate: 'EPOC-PR', EF: [first] }));
  const { code, out } = await writ(
    'preservation',
    'import',
    'pr.json',
    '--out',
    'pr',
    '--addressed-as',
    'Example Mail',
  );
  assert.equal(code, 0, out);
  assert.match(out, /^ {2}writ preservation new pr\/GS-4711-26\.json --order /m);
  writeFileSync(at('other.json'), '{"secret": "4711"}');
  const other = await writ('request', 'import', 'other.json');
  assert.equal(other.code, 2);
  assert.match(other.err, /^error: file-malformed: other\.json is no form that is known here\. Next: /m);
  assert.doesNotMatch(other.err, /secret|4711/);
});

test('what is not proven to be collected of this case is not delivered, and another order is not taken', async () => {
  writeFileSync(at('other.pdf'), '%PDF another');
  const wrong = await writ('request', 'export', 'GS-4711/26', '--etsi', 'm2', '--order', 'other.pdf');
  assert.match(wrong.err, /^error: order-differs: /m);
  const csv = at('package/records.csv');
  writeFileSync(csv, `${readFileSync(csv, 'utf8')}more\n`);
  const changed = await writ('request', 'export', 'GS-4711/26', '--etsi', 'm2', '--package', 'package');
  assert.match(changed.err, /^error: collection-differs: package is not proven/m);
});
