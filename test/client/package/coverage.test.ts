import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provePackage } from '#client/package/prove.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { filesOf, folderOf, version } from './folder.ts';
import { coverageOf, disclosed, disclosedScope, epoc, Keys, login, named, phone } from './pages.ts';

const keys = new Keys();
const given = { log: keys.log.key, provider: [keys.jwk] };
const asked = { ...disclosedScope, subjects: [0, 1], categories: [...disclosedScope.categories] };
const withheld = {
  subjects: [1],
  categories: [],
  periods: [],
  because: [{ subjects: [1], ground: 'immunity-or-privilege' as const }],
};
const third = { order: epoc, subjects: named, coverage: { ...coverageOf(asked), withheld } };
const pages = [[phone('+4915112345678'), login(1)], [login(2)]];

const provenOf = async (made: Awaited<ReturnType<typeof disclosed>>) => {
  const folder = await folderOf(keys, made);
  const proof = await provePackage(filesOf(folder), given, version);
  assert.ok(proof);
  return { folder, proof };
};

test('a package of the third form holds, and says in sentences what it covers and why the rest is missing', async () => {
  const { folder, proof } = await provenOf(
    await disclosed(keys, pages, { ...third, until: '2026-11-19T00:00:00Z' }),
  );
  assert.deepEqual(proof.faults, []);
  assert.deepEqual(proof.coverage, [
    'Searched: SubscriberData, TrafficData of subject 0 (phone +4915112345678), from 2026-09-01T00:00:00Z to 2026-11-20T00:00:00Z.',
    'Cut: nothing of 2026-11-19T00:00:00Z, when the request arrived, or later was searched.',
    'Found: 1 record, SubscriberData of subject 0 (phone +4915112345678).',
    'Found: 2 records, TrafficData of subject 0 (phone +4915112345678).',
    'Withheld, asked for and not approved: subject 1.',
    'Ground for subject 1: immunity-or-privilege, immunities or privileges might be touched.',
  ]);
  const certificate = folder.get('certificate.html') ?? '';
  for (const line of proof.coverage ?? []) assert.ok(certificate.includes(line), line);
  assert.match(folder.get('disclosure.json') ?? '', /^{"v":3,/);
});

test('nothing found is told from nothing held', async () => {
  const notHeld = [{ subject: 0, category: 'TrafficData' as const }];
  const coverage = { searched: disclosedScope, notHeld };
  const { proof } = await provenOf(await disclosed(keys, [[]], { order: epoc, coverage }));
  assert.deepEqual(proof.coverage?.slice(1), [
    'Found nothing: SubscriberData of subject 0. There is data of the months searched, and none of the period.',
    'Not held: TrafficData of subject 0. Nothing is stored of the months searched.',
    'Withheld: nothing. All that was asked was searched.',
  ]);
});

test('a page that counts its records otherwise, or covers something else than the others, is found', async () => {
  const made = await disclosed(keys, pages, third);
  const altered = async (change: (page: DisclosurePackage) => DisclosurePackage) => {
    const disclosures = made.disclosures.map((page, i) => (i === 1 ? change(page) : page));
    const jws = await Promise.all(disclosures.map((page) => keys.sign(page)));
    const { proof } = await provenOf({ disclosures, jws });
    return proof.faults.map(({ code }) => code);
  };
  const { completeness } = made.disclosures[1] ?? assert.fail();
  assert.ok(completeness);
  const more = completeness.found.map((each) => ({ ...each, records: each.records + 1 }));
  assert.deepEqual(await altered((page) => ({ ...page, completeness: { ...completeness, found: more } })), [
    'counts-differ',
  ]);
  const { withheld: _, ...whole } = completeness;
  assert.deepEqual(await altered((page) => ({ ...page, completeness: whole })), ['case-differs']);
  const { completeness: _none, ...second } = made.disclosures[1] ?? assert.fail();
  assert.deepEqual(await altered(() => second), ['case-differs']);
});
