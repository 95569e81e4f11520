import type { Check } from '#client/doctor/check.ts';
import { printable } from '#client/printable.ts';
import type { Finding, FindingName } from './finding.ts';
import { findingRunbook } from './runbook.ts';

/** What `writ doctor` checks, as findings; and what may differ between what is deployed, published and recorded. */
const states = { ok: 'ok', wrong: 'act', unknown: 'unread' } as const;

/** One finding for several checks that are well, and one for each that is not. @param well what is said where all are */
export function findingsOf(name: FindingName, checks: readonly Check[], well?: string): Finding[] {
  const all = checks.map(
    ({ state, message, next }): Finding => ({
      name,
      state: states[state],
      message,
      next,
      runbook: findingRunbook[name],
    }),
  );
  const bad = all.filter(({ state }) => state !== 'ok');
  if (bad.length > 0) return bad;
  const [first] = all;
  return first === undefined ? [] : [{ ...first, message: well ?? first.message }];
}

/** What runs, as the function, the API, the template and the log say it. */
export interface Deployed {
  /** Of the function `Health`. */
  policyHash: string | undefined;
  /** Of the API. */
  publishedPolicyHash: string | undefined;
  /** Of the template. */
  templatePolicy: unknown;
  templateCode: unknown;
  /** Of the log’s newest `deployment.made`: why it is not known, where it is not. */
  recorded: { code: string } | 'no log' | 'none' | 'unread';
}

const said = (name: FindingName, state: Finding['state'], message: string, next?: string): Finding => ({
  name,
  state,
  message,
  next,
  runbook: findingRunbook[name],
});

export function policyFinding({ policyHash, publishedPolicyHash, templatePolicy }: Deployed): Finding {
  const known = [
    policyHash,
    publishedPolicyHash,
    typeof templatePolicy === 'string' ? templatePolicy : undefined,
  ];
  const [first, ...others] = new Set(known.flatMap((hash) => hash ?? []));
  if (first === undefined) return said('policy', 'unread', 'nobody says which policy is deployed');
  if (others.length > 0)
    return said(
      'policy',
      'act',
      `the function has ${printable(policyHash ?? 'none')}, the API publishes ${printable(publishedPolicyHash ?? 'none')}, the template deploys ${printable(String(templatePolicy))}`,
      'a deployment is under way, or was made half: `cdk deploy` again',
    );
  return known.includes(undefined)
    ? said('policy', 'unread', `${printable(first)}, and not all could be compared`)
    : said('policy', 'ok', 'one and the same in the function, the API and the template');
}

/** @param versions of the function and of the API, where they are known */
export function sameVersions(versions: readonly (string | undefined)[]): Finding[] {
  const known = new Set(versions.flatMap((version) => version ?? []));
  return known.size < 2
    ? []
    : [
        said(
          'version',
          'act',
          `functions run different versions: ${[...known].map(printable).join(', ')}`,
          'a deployment is under way, or was made half: `cdk deploy` again',
        ),
      ];
}

export function recordedFinding({ templateCode, recorded }: Deployed): Finding {
  const name = 'recorded-code';
  if (typeof templateCode !== 'string')
    return said(
      name,
      'unread',
      'the template does not say which code it deploys',
      '`cdk deploy` with this version',
    );
  if (recorded === 'no log') return said(name, 'unread', 'there is no log to compare with', 'give --url');
  if (recorded === 'unread')
    return said(name, 'unread', 'the log cannot be read', 'the finding `log` says why');
  if (recorded === 'none')
    return said(
      name,
      'unread',
      'the newest entries of the log have no deployment',
      '`writ log verify` reads all of it',
    );
  return recorded.code === templateCode
    ? said(name, 'ok', 'the template’s code is that of the log’s newest deployment.made')
    : said(
        name,
        'act',
        `the template has ${printable(templateCode)}, and the log’s newest deployment.made ${printable(recorded.code)}`,
        '`writ doctor --stack` says which function differs. If nobody can say who deployed it, treat it as a breach',
      );
}
