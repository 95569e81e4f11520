import type { SignWords } from './words.ts';

const who = (agency: string | undefined) => agency ?? 'the agency';

export const en: SignWords = {
  sentence: {
    claimReview: ({ body }, { called }) =>
      ({
        take: `You tell the other reviewers that you work on ${called}.`,
        'take-over': `You take over ${called} from the reviewer who works on it.`,
        end: `You tell the other reviewers that you work on ${called} no more.`,
      })[body.claim],
    addNote: (_, { called }) => `You leave a note on ${called}, for the other reviewers alone.`,
    askInformation: (_, { called, agency }) => `You ask ${who(agency)} for information about ${called}.`,
    writeToAgency: (_, { called, agency }) => `You write a letter to ${who(agency)} about ${called}.`,
    decideReview: ({ body }, { called, agency }, scope = '') =>
      body.decision === 'approve'
        ? `You approve that ${who(agency)} gets ${scope}.`
        : `You reject ${called}: ${who(agency)} gets nothing.`,
    suspendReview: (_, { called, agency }) =>
      `You end the access of ${who(agency)} to the data of ${called}, for good.`,
    proposeChange: () => 'You propose a change of the registry, and sign it as the first.',
    decideChange: ({ body, id }) =>
      ({
        approve: `You approve the change ${id} of the registry.`,
        confirm: `You confirm the change ${id} of the registry.`,
        reject: `You reject the change ${id} of the registry.`,
      })[body.decision],
    revokeKey: ({ body }) =>
      `You revoke the key ${body.keyid}, because it ${{ lost: 'is lost', stolen: 'was stolen', left: 'belongs to somebody who left', replaced: 'was replaced' }[body.reason]}.`,
  },
  proposal: {
    agency: ({ agency, officer }) =>
      `You propose to enrol the agency ${agency.id} (${agency.name}), with ${officer.holder} as its first officer.`,
    terms: ({ agency }) => `You propose other terms for the agency ${agency}.`,
    officer: ({ agency, officer }) => `You propose a key of ${officer.holder}, an officer of ${agency}.`,
    'encryption-key': ({ agency, officer }) =>
      officer === undefined
        ? `You propose another key that disclosures to ${agency} are encrypted to.`
        : `You propose another key that disclosures to ${officer} of ${agency} are encrypted to.`,
    reviewer: ({ reviewer }) => `You propose a key of the reviewer ${reviewer.holder}.`,
    policy: ({ policyHash }) => `You propose to adopt the policy ${policyHash}.`,
    emergencies: ({ agency }) => `You propose that emergencies of ${agency} are accepted again.`,
    hold: ({ case: id, until }) => `You propose that the case ${id} is kept until ${until}.`,
    release: ({ case: id }) => `You propose that the case ${id} need not be kept any longer.`,
    reinstate: ({ keyid }) => `You propose that the key ${keyid}, which is suspended, counts again.`,
  },
  effect: {
    opens: 'With your signature enough have signed the same: the agency can collect.',
    'opens-emergency':
      'This is an emergency: with your signature the agency can collect at once. What it still owes follows after.',
    signs: 'It is one of the signatures that this open emergency still owes.',
    begins: 'It counts as one. Another reviewer has to approve exactly the same before anything opens.',
    anew: 'The count begins anew with yours: earlier approvals of another scope count no more.',
  },
  refused: {
    'not-of-the-desk': 'It is a call that no reviewer makes.',
    'not-read': 'What would be sent does not read back as what it should be. Reload the page.',
    'not-opened': 'It decides another case, or another request, than the one that you opened. Open it first.',
    'too-wide': 'It approves what was not asked.',
  },
  facts: {
    begins: 'From',
    ends: 'Until, not included',
    subjects: 'Subjects',
    ground: 'Ground, which is public',
    reason: 'Reason',
    leftOut: 'Left out',
    explanation: 'What the agency is told',
    about: 'About',
    text: 'Text',
    digest: 'Digest',
    thumbprint: 'Thumbprint of the key',
    case: 'Case',
  },
};
