import { useState } from 'preact/hooks';
import { readOrderDigest } from '#client/order-digest.ts';
import type { Fault, PackageProof } from '#client/package/prove.ts';
import { printable } from '#client/printable.ts';
import { Button, Code, Facts, Loading, Notice, Section } from '../ui/kit.tsx';
import { countText, Moment } from '../ui/moment.tsx';
import { Thumbprint } from '../ui/thumbprint.tsx';
import { inLanguage } from '../words/lang.ts';
import { KeysFile, PackageDrop } from './drop.tsx';
import { type DroppedFile, NoPackage, packageIn } from './dropped.ts';
import {
  type KnownKeys,
  keysOfPackage,
  type PackageRecords,
  proved,
  recordsIn,
  verdictOf,
} from './proving.ts';
import { Records, subjectText } from './records.tsx';
import { packageWords } from './words.ts';

type By = 'known' | 'file' | 'own' | 'compared';

type Shown =
  | { is: 'empty' }
  | { is: 'reading' }
  | { is: 'none'; why: NoPackage['why'] }
  | {
      is: 'shown';
      files: ReadonlyMap<string, Uint8Array>;
      proof: PackageProof;
      by: By;
      records: PackageRecords | undefined;
    };

/**
 * A package that somebody drops, proven in the page: without a network, and without a key of the reader's.
 *
 * @param known keys of the provider that its reader has compared, where this browser has some
 * @param madeBy this very program and its version: what it made itself is made again and compared
 */
export function ProvePackage({ known, madeBy }: { known: KnownKeys | undefined; madeBy: string }) {
  const words = inLanguage(packageWords);
  const [shown, setShown] = useState<Shown>({ is: 'empty' });
  const [given, setGiven] = useState<KnownKeys>();
  const check = async (files: ReadonlyMap<string, Uint8Array>, keys: KnownKeys | undefined, by: By) => {
    const proof = await proved(files, keys, madeBy);
    if (proof === undefined) setShown({ is: 'none', why: 'no-package' });
    else
      setShown({
        is: 'shown',
        files,
        proof,
        by,
        records: proof.faults.length > 0 ? undefined : recordsIn(files),
      });
  };
  const take = async (dropped: Promise<DroppedFile[]>) => {
    setShown({ is: 'reading' });
    try {
      const files = await packageIn(await dropped);
      await check(
        files,
        given ?? known,
        given !== undefined ? 'file' : known !== undefined ? 'known' : 'own',
      );
    } catch (error) {
      setShown({ is: 'none', why: error instanceof NoPackage ? error.why : 'broken-archive' });
    }
  };
  const takeKeys = (keys: KnownKeys) => {
    setGiven(keys);
    if (shown.is === 'shown') void check(shown.files, keys, 'file');
  };
  return (
    <div class="package">
      <h1>{words.title}</h1>
      <p class="lead">{words.says}</p>
      {shown.is === 'shown' ? null : <PackageDrop onFiles={(files) => void take(files)} />}
      {shown.is === 'reading' ? <Loading>{words.reading}</Loading> : null}
      {shown.is === 'none' ? (
        <Notice tone="bad" title={words.none[shown.why].title} alert>
          {words.none[shown.why].says}
        </Notice>
      ) : null}
      {shown.is === 'shown' ? (
        <Proven
          shown={shown}
          onOwn={() => void check(shown.files, undefined, 'own')}
          onCompared={(keys) => void check(shown.files, keys, 'compared')}
          onAnother={() => setShown({ is: 'empty' })}
        />
      ) : null}
      <KeysFile onKeys={takeKeys} isTaken={given !== undefined} />
    </div>
  );
}

const tones = { proven: 'good', consistent: 'warn', wrong: 'bad' } as const;

function Proven({
  shown: { files, proof, by, records },
  onOwn,
  onCompared,
  onAnother,
}: {
  shown: Extract<Shown, { is: 'shown' }>;
  /** Checks it with its own keys. */
  onOwn: () => void;
  onCompared: (keys: KnownKeys) => void;
  onAnother: () => void;
}) {
  const words = inLanguage(packageWords);
  const verdict = verdictOf(proof);
  const own = keysOfPackage(files);
  return (
    <>
      <Notice tone={tones[verdict]} title={words.verdict[verdict].title} alert>
        <p>{words.verdict[verdict].says}</p>
        <p>{words.by[by]}</p>
      </Notice>
      <FaultList faults={proof.faults} />
      {by !== 'own' && proof.faults.some(({ code }) => code === 'signer-unknown') ? (
        <p>
          {words.maybeOther} <Button onClick={onOwn}>{words.tryOwn}</Button>
        </p>
      ) : null}
      {verdict === 'consistent' && own !== undefined ? (
        <Compare proof={proof} onCompared={() => onCompared(own)} />
      ) : null}
      {verdict === 'wrong' ? null : <ProofFacts proof={proof} />}
      {records === undefined ? null : <Records {...records} />}
      <p class="actions">
        <Button onClick={onAnother}>{words.another}</Button>
      </p>
    </>
  );
}

/** As many as help: a forger of one page can forge a thousand. */
const mostFaults = 20;

export function FaultList({ faults }: { faults: readonly Fault[] }) {
  const words = inLanguage(packageWords);
  if (faults.length === 0) return null;
  return (
    <ul class="faults">
      {faults.slice(0, mostFaults).map((fault, i) => (
        <li key={i}>
          <strong>{placeOf(fault)}</strong> {words.faults[fault.code] ?? words.otherFault}{' '}
          <Code>{fault.code}</Code>
        </li>
      ))}
      {faults.length > mostFaults ? <li>{words.more(faults.length - mostFaults)}</li> : null}
    </ul>
  );
}

function placeOf({ page, file }: Fault): string {
  const { at } = inLanguage(packageWords);
  if (page !== undefined) return `${at.page(page)}:`;
  return file === undefined ? '' : `${at.file(file)}:`;
}

/** The keys of the package itself: whoever knows the provider’s from elsewhere compares them, and then they count. */
function Compare({ proof, onCompared }: { proof: PackageProof; onCompared: () => void }) {
  const words = inLanguage(packageWords).compare;
  const signers = [...new Set(proof.pages.flatMap(({ signer }) => signer ?? []))];
  return (
    <Section title={words.title}>
      <p>{words.says}</p>
      {signers.map((signer) => (
        <div key={signer}>
          <h3>{words.signer}</h3>
          <Thumbprint of={signer} label={words.signer} />
        </div>
      ))}
      <h3>{words.log}</h3>
      <p>
        <Code>{proof.keys.verifierKey ?? ''}</Code>
      </p>
      <p class="actions">
        <Button kind="main" onClick={onCompared}>
          {words.confirm}
        </Button>
      </p>
    </Section>
  );
}

/** What a package says of itself, as far as it is checked. */
export function ProofFacts({ proof }: { proof: PackageProof }) {
  const words = inLanguage(packageWords);
  const { pages, counts, order, subjects, coverage } = proof;
  const digest = order?.digest === undefined ? undefined : readOrderDigest(order.digest);
  const entries = pages.flatMap(({ entry }) => (entry === undefined ? [] : [String(entry.index)]));
  const [first] = pages;
  return (
    <>
      <Facts
        of={[
          [words.facts.reference, proof.reference === undefined ? undefined : printable(proof.reference)],
          [words.facts.case, proof.case === undefined ? undefined : <Code>{printable(proof.case)}</Code>],
          [
            words.facts.order,
            order === undefined ? undefined : `${printable(order.kind)}, ${printable(order.jurisdiction)}`,
          ],
          [words.facts.orderDigest, digest === undefined ? undefined : <Code>{digest.hex}</Code>],
          [words.facts.collected, first === undefined ? undefined : <Moment at={first.collectedAt} />],
          [words.facts.pages, countText(pages.length)],
          [
            words.facts.entries,
            entries.length === 0 ? undefined : words.entries(entries[0] ?? '', entries.at(-1) ?? ''),
          ],
          [
            words.facts.counts,
            counts.length === 0 ? undefined : (
              <ul class="plain">
                {counts.map(({ subject, category, records }) => (
                  <li key={`${subject} ${category}`}>
                    {subjectText(subject, subjects)}, {printable(category)}:{' '}
                    {words.records(countText(records))}
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
      {coverage === undefined ? null : (
        <details>
          <summary>{words.coverage}</summary>
          <p class="soft">{words.coverageIsEnglish}</p>
          <ul lang="en">
            {coverage.map((line) => (
              <li key={line}>{printable(line)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
