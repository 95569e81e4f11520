/**
 * What somebody could leave out or misspell, and where `tsc` says so. A fact that is defined once is worth that only if
 * its forgotten case does not compile.
 */
export interface Omission {
  /** What is left out, as the name of its test. */
  what: string;
  file: string;
  /** Text that occurs in the file once. */
  find: string;
  /** What takes its place. It has to parse: after a syntax error `tsc` checks no types. */
  put: string;
  /** Where the compiler's error is, and what it says: it names what was left out, so no other omission causes it. */
  fails: { file: string; says: RegExp };
}

export const omissions: readonly Omission[] = [
  {
    what: 'a route without its handler',
    file: 'functions/handlers/review.ts',
    find: '    showReview: async (event) => json(200, await reviews.show(callOf(event))),\n',
    put: '',
    fails: { file: 'functions/handlers/review.ts', says: /Property 'showReview' is missing/ },
  },
  {
    what: 'a public route without its handler',
    file: 'functions/provider.ts',
    find: '  showProvider: async () => json(200, await provider(), shortly),\n',
    put: '',
    fails: { file: 'functions/provider.ts', says: /'showProvider' is missing/ },
  },
  {
    what: 'a handler that expects the body of another route',
    file: 'functions/handlers/registry.ts',
    find: '    decideChange: async (event) => json(200, await enrolment.decide(callOf(event))),\n',
    put: '    decideChange: async (event) => json(200, await enrolment.revoke(callOf(event))),\n',
    fails: { file: 'functions/handlers/registry.ts', says: /: keyid, reason/ },
  },
  {
    what: 'a route whose refusal is no code',
    file: 'core/wire/desk.ts',
    find: "      'decision-repeated',\n",
    put: "      'decision-repeatd',\n",
    fails: { file: 'core/wire/desk.ts', says: /"decision-repeatd"/ },
  },
  {
    what: 'a problem code without its status and title',
    file: 'core/problem.ts',
    find: "  'key-cooling': [403, 'This key is newly enrolled and may not be used yet'],\n",
    put: '',
    fails: { file: 'core/problem.ts', says: /'"?key-cooling"?' is missing/ },
  },
  {
    what: 'a call of a route without its id',
    file: 'client/agency.ts',
    find: 'callOf(routes.followPreservation, { id })',
    put: 'callOf(routes.followPreservation, {})',
    fails: { file: 'client/agency.ts', says: /'id' is missing/ },
  },
  {
    what: 'a call with the body of another route',
    file: 'client/reviewer.ts',
    find: 'callOf(routes.suspendReview, { id, body: suspension })',
    put: 'callOf(routes.suspendReview, { id, body: { ground: suspension.ground, reason: "r" } })',
    fails: { file: 'client/reviewer.ts', says: /'requestDigest' is missing/ },
  },
  {
    what: 'a call with a query parameter that the route does not take',
    file: 'client/registry.ts',
    find: 'callOf(routes.listChanges, { query: { status, page } })',
    put: 'callOf(routes.listChanges, { query: { stauts: status, page } })',
    fails: { file: 'client/registry.ts', says: /'stauts' does not exist/ },
  },
  {
    what: 'a kind of entry without its stream',
    file: 'core/log/kinds.ts',
    find: "  'registry.founded': {\n    stream: 'founding',\n",
    put: "  'registry.founded': {\n",
    fails: { file: 'core/log/kinds.ts', says: /'stream' is missing/ },
  },
  {
    what: 'a kind of entry in a stream that there is not',
    file: 'core/log/kinds.ts',
    find: "  'case-file.issued': {\n    stream: 'case',\n",
    put: "  'case-file.issued': {\n    stream: 'cases',\n",
    fails: { file: 'core/log/kinds.ts', says: /"cases"/ },
  },
  {
    what: 'a kind of entry that wakes a misspelt function',
    file: 'core/log/kinds.ts',
    find: "  'key.revoked': {\n    stream: 'key',\n    wakes: ['expire'],\n",
    put: "  'key.revoked': {\n    stream: 'key',\n    wakes: ['expires'],\n",
    fails: { file: 'core/log/kinds.ts', says: /"expires"/ },
  },
  {
    what: 'a misspelt kind where an entry is written',
    file: 'core/state/registry-changes.ts',
    find: "        kind: 'registry.founded',\n",
    put: "        kind: 'registry.fuonded',\n",
    fails: { file: 'core/state/registry-changes.ts', says: /"registry\.fuonded"/ },
  },
  {
    what: 'a misspelt name of the environment',
    file: 'functions/report.ts',
    find: "env('POLICY', 'LOG_BUCKET', 'REPORT_TABLE')",
    put: "env('POLICI', 'LOG_BUCKET', 'REPORT_TABLE')",
    fails: { file: 'functions/report.ts', says: /"POLICI"/ },
  },
  {
    what: 'a kind of entry without the verifier’s rule',
    file: 'core/log/verify/rules.ts',
    find: "  'change.proposed': (log, data, here) => log.registry.propose(data, here),\n",
    put: '',
    fails: { file: 'core/log/verify/rules.ts', says: /'"change\.proposed"' is missing/ },
  },
  {
    what: 'a kind of entry that the report neither counts nor passes over',
    file: 'core/log/report/report.ts',
    find: "  'change.proposed': nothing,\n",
    put: '',
    fails: { file: 'core/log/report/report.ts', says: /'"change\.proposed"' is missing/ },
  },
  {
    what: 'a table that does not say why it is believed',
    file: 'core/store/tables.ts',
    find: "  report: { key: pk, believed: { proof: 'mac', writers: ['report'] } },\n",
    put: '  report: { key: pk },\n',
    fails: { file: 'core/store/tables.ts', says: /'believed' is missing/ },
  },
  {
    what: 'a part of an item that is read without its proof',
    file: 'core/state/vault.ts',
    find: "only: ['pk', 'sk'], from",
    put: "only: ['pk', 'ttl'], from",
    fails: { file: 'core/state/vault.ts', says: /"ttl"/ },
  },
  {
    what: 'a misspelt table where an item is written',
    file: 'core/state/emergencies.ts',
    find: "writes: [{ table: 'registry', put,",
    put: "writes: [{ table: 'regisrty', put,",
    fails: { file: 'core/state/emergencies.ts', says: /"regisrty"/ },
  },
  {
    what: 'a misspelt action on a table',
    file: 'lib/functions.ts',
    find: "    tables: { vaultKeys: ['Query', 'PutItem'], entries: ['PutItem'] },\n",
    put: "    tables: { vaultKeys: ['Querry', 'PutItem'], entries: ['PutItem'] },\n",
    fails: { file: 'lib/functions.ts', says: /"Querry"/ },
  },
  {
    what: 'a misspelt table of a function',
    file: 'lib/functions.ts',
    find: "    tables: { vault: ['BatchGetItem', 'PutItem'], vaultKeys: ['Query'] },\n",
    put: "    tables: { vualt: ['BatchGetItem', 'PutItem'], vaultKeys: ['Query'] },\n",
    fails: { file: 'lib/functions.ts', says: /'vualt' does not exist/ },
  },
  {
    what: 'a function that serves routes that there are not',
    file: 'lib/functions.ts',
    find: "    wokenBy: { routes: 'review' },\n",
    put: "    wokenBy: { routes: 'reviews' },\n",
    fails: { file: 'lib/functions.ts', says: /"reviews"/ },
  },
  {
    what: 'a category without its kind of record',
    file: 'core/categories/categories.ts',
    find: "  TrafficData: category('TrafficData', {\n    kind: 'access',\n",
    put: "  TrafficData: category('TrafficData', {\n",
    fails: { file: 'core/categories/categories.ts', says: /'kind' is missing/ },
  },
  {
    what: 'a kind of record without its length',
    file: 'core/vault/kinds/access.ts',
    find: '  bytes: ADDRESS_BYTES + 2,\n',
    put: '',
    fails: { file: 'core/vault/kinds/access.ts', says: /bytes/ },
  },
  {
    what: 'a kind of record without its event',
    file: 'core/events/identity.ts',
    find: "  phone: form('phone', eventShape('phone')),\n",
    put: '',
    fails: { file: 'core/events/identity.ts', says: /'phone' is missing/ },
  },
  {
    what: 'a category that takes the latest of a field that its kind does not have',
    file: 'core/categories/categories.ts',
    find: "latest: 'ip'",
    put: "latest: 'ipp'",
    fails: { file: 'core/categories/categories.ts', says: /"ipp"/ },
  },
  {
    what: 'a function without its line',
    file: 'lib/functions.ts',
    find: `  Found: {
    file: 'found',
    does: 'enrols the first reviewers, whom an operator names',
    wokenBy: { hand: 'operator' },
    tables: { registry: ['GetItem', 'PutItem'], entries: ['PutItem'] },
    buckets: { log: 'read' },
    policy: true,
  },
`,
    put: '',
    fails: { file: 'dev/world.ts', says: /Found/ },
  },
  {
    what: 'a misspelt action on a key',
    file: 'lib/functions.ts',
    find: "    keys: { desk: { request: ['Decrypt'] } },\n    policy: true,\n    settings: ['LOG_ORIGIN', 'PROVIDER_NAME'],\n  },\n  PublicLog: {",
    put: "    keys: { desk: { request: ['Decript'] } },\n    policy: true,\n    settings: ['LOG_ORIGIN', 'PROVIDER_NAME'],\n  },\n  PublicLog: {",
    fails: { file: 'lib/functions.ts', says: /"Decript"/ },
  },
];
