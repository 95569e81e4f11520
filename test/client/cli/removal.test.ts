import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planText, resultText } from '#client/cli/operate/remove/command.ts';
import { describedKinds, type Kind, type State, type Thing } from '#client/cli/operate/remove/kinds.ts';
import {
  type Account,
  findRemains,
  isLive,
  lockedUntil,
  remove,
  type Stack,
} from '#client/cli/operate/remove/removal.ts';
import { endingPolicy } from '#client/cli/operate/remove/vault-keys.ts';

/** An account in memory: a stack deletes what it may, and what is locked or kept stays. */
class MemoryAccount implements Account {
  readonly made: (Stack & { name: string })[] = [];
  readonly states = new Map<string, State>();
  readonly vaultKeys = new Map<string, string>();
  readonly done: string[] = [];
  /** Buckets that are not empty: CloudFormation cannot delete them. */
  readonly full = new Set<string>();
  /** What a function of the stack makes while it is being deleted. */
  whileDeleting: () => void = () => {};
  failsAt: string | undefined;

  stack(name: string, parts: Partial<Stack> = {}): Stack {
    const stack = {
      name,
      id: `arn:aws:cloudformation:eu-central-1:1:stack/${name}/${this.made.length}`,
      status: 'CREATE_COMPLETE',
      isWrit: true,
      isKept: false,
      things: [],
      roles: [`arn:aws:iam::1:role/${name}-CollectRole`],
      ...parts,
    };
    this.made.unshift(stack);
    for (const { id } of stack.things) this.states.set(id, this.states.get(id) ?? { is: 'there' });
    return stack;
  }

  vaultKey(id: string, role: string): void {
    this.vaultKeys.set(id, role);
    this.states.set(id, { is: 'there' });
  }

  async stacks(wanted: string) {
    return this.made.filter(({ name }) => name === wanted).map(({ name: _, ...stack }) => stack);
  }

  async deleteStack(id: string) {
    const stack = this.made.find((each) => each.id === id);
    assert.ok(stack);
    this.act(`deleteStack ${stack.name}`);
    this.whileDeleting();
    if (!stack.isKept)
      for (const thing of stack.things)
        if (this.stateOf(thing).is === 'there' && !this.full.has(thing.id)) this.endNow(thing);
    const isHeld = stack.things.some((thing) => ['there', 'locked'].includes(this.stateOf(thing).is));
    stack.status = isHeld && !stack.isKept ? 'DELETE_FAILED' : 'DELETE_COMPLETE';
    return stack.status === 'DELETE_COMPLETE';
  }

  async vaultKeysOf(roles: readonly string[]) {
    return [...this.vaultKeys].filter(([, role]) => roles.includes(role)).map(([id]) => id);
  }

  async look(thing: Thing) {
    return this.stateOf(thing);
  }

  async end(thing: Thing) {
    this.act(`end ${thing.kind}`);
    assert.equal(this.stateOf(thing).is, 'there', 'only what is there is ended');
    this.endNow(thing);
  }

  private stateOf({ id }: Thing): State {
    return this.states.get(id) ?? { is: 'gone' };
  }

  private endNow({ kind, id }: Thing): void {
    const isKey = kind === 'key' || kind === 'vault-key';
    this.states.set(id, isKey ? { is: 'going', until: '2026-12-07T00:00:00.000Z' } : { is: 'gone' });
  }

  private act(what: string): void {
    if (this.failsAt === what) {
      this.failsAt = undefined;
      throw new Error('the connection broke');
    }
    this.done.push(what);
  }
}

const thing = (kind: Kind, id = `${kind}-1`): Thing => ({ kind, id });
const all = [
  thing('table'),
  thing('key'),
  thing('bucket', 'log'),
  thing('bucket', 'trail'),
  thing('stream'),
  thing('log-group'),
];

/** A stack in dev whose log is locked until tomorrow, with a vault key. */
function devAccount(): MemoryAccount {
  const account = new MemoryAccount();
  const { roles } = account.stack('Writ', { things: all });
  account.vaultKey('vault-1', roles[0] ?? '');
  account.states.set('log', { is: 'locked', until: '2026-12-01T00:00:00.000Z' });
  return account;
}

async function removed(account: Account, name = 'Writ', prod = false) {
  return remove(account, await findRemains(account, name, { prod }), () => {});
}
const isCode = (code: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === code;

test('a stack in dev goes, but for the log that is locked, and goes whole once the lock has ended', async () => {
  const account = devAccount();
  const first = await removed(account);
  assert.equal(lockedUntil(first.found), '2026-12-01T00:00:00.000Z');
  assert.ok(first.stacks.some(isLive), 'the stack remembers what is left of it');
  assert.deepEqual(
    first.found.map(({ id, state }) => [id, state.is]),
    [
      ['vault-1', 'going'],
      ['key-1', 'going'],
      ['log', 'locked'],
    ],
  );
  assert.match(resultText(first), /bucket log is locked until 20.*run this again after that/);

  account.states.set('log', { is: 'there' });
  const second = await removed(account);
  assert.ok(!second.stacks.some(isLive));
  assert.equal(lockedUntil(second.found), undefined);
  assert.deepEqual(new Set(second.found.map(({ kind }) => kind)), new Set(['key', 'vault-key']));
});

test('a bucket that is full, which CloudFormation cannot delete, is emptied, and then the stack goes', async () => {
  const account = devAccount();
  account.states.set('log', { is: 'there' });
  account.full.add('log').add('trail');
  const { found, stacks } = await removed(account);
  assert.deepEqual(new Set(found.map(({ state }) => state.is)), new Set(['going']));
  assert.ok(!stacks.some(isLive));
});

test('a vault key that is made while the stack goes ends too', async () => {
  const account = devAccount();
  account.whileDeleting = () => account.vaultKey('vault-late', 'arn:aws:iam::1:role/Writ-CollectRole');
  const { found } = await removed(account);
  assert.ok(found.some(({ id, state }) => id === 'vault-late' && state.is === 'going'));
});

test('the stack goes before any key, so that nothing makes another', async () => {
  const account = devAccount();
  await removed(account);
  assert.equal(account.done[0], 'deleteStack Writ');
});

test('the keys of another Writ in the account are not touched', async () => {
  const account = devAccount();
  account.stack('WritProduction', { isKept: true, things: [thing('table', 'theirs')] });
  account.vaultKey('vault-theirs', 'arn:aws:iam::1:role/WritProduction-CollectRole');
  await removed(account);
  assert.deepEqual(account.states.get('vault-theirs'), { is: 'there' });
  assert.deepEqual(account.states.get('theirs'), { is: 'there' });
});

test('a stack in stage prod is not touched without the word for it, deleted or not', async () => {
  for (const status of ['UPDATE_COMPLETE', 'DELETE_COMPLETE', 'ROLLBACK_FAILED']) {
    const account = new MemoryAccount();
    account.stack('Writ', { isKept: true, things: all, status });
    await assert.rejects(findRemains(account, 'Writ', {}), isCode('not-confirmed'), status);
    assert.deepEqual(account.done, []);
  }
});

test('with the word for it, what prod keeps ends too: also what a first deployment that failed left', async () => {
  for (const status of ['UPDATE_COMPLETE', 'DELETE_COMPLETE', 'ROLLBACK_FAILED']) {
    const account = new MemoryAccount();
    account.stack('Writ', { isKept: true, things: all, status });
    const { found, stacks } = await removed(account, 'Writ', true);
    assert.deepEqual(
      found.map(({ kind, state }) => [kind, state.is]),
      [['key', 'going']],
      status,
    );
    assert.ok(!stacks.some(isLive), status);
  }
});

test('a removal that breaks off at any step is finished by the next', async () => {
  const whole = devAccount();
  whole.states.set('log', { is: 'there' });
  const after = await removed(whole);
  const steps = new Set(whole.done);
  assert.ok(steps.size >= 2);
  for (const step of steps) {
    const account = devAccount();
    account.states.set('log', { is: 'there' });
    account.failsAt = step;
    await assert.rejects(removed(account), step);
    const { found, stacks } = await removed(account);
    assert.deepEqual([found, stacks.map(({ status }) => status)], [after.found, ['DELETE_COMPLETE']], step);
  }
});

test('an earlier stack of the same name is ended with it', async () => {
  const account = new MemoryAccount();
  account.stack('Writ', { status: 'DELETE_COMPLETE', things: [thing('stream', 'forgotten')] });
  account.stack('Writ', { things: [thing('table')] });
  const { found } = await removed(account);
  assert.deepEqual(found, []);
});

test('a stack that is none of Writ’s, or that CloudFormation works on, is left alone', async () => {
  const account = new MemoryAccount();
  account.stack('Shop', { isWrit: false, things: all });
  await assert.rejects(findRemains(account, 'Shop', { prod: true }), isCode('aws-failed'));
  account.stack('Writ', { status: 'UPDATE_IN_PROGRESS' });
  await assert.rejects(findRemains(account, 'Writ', {}), isCode('not-yet'));
});

test('the role of API Gateway’s logs stays, and why is said', async () => {
  const account = new MemoryAccount();
  account.stack('Writ', { things: [thing('role')] });
  account.states.set('role-1', { is: 'kept', because: 'others use it' });
  const removal = await removed(account);
  assert.match(resultText(removal), /role role-1 stays: others use it/);
});

test('the plan says what each kind costs and what is lost with it', async () => {
  const text = planText(await findRemains(devAccount(), 'Writ', {}));
  assert.match(text, /1 vault key, 1\.00 dollars a month, can go now\n +lost with it: every identity record/);
  assert.match(text, /2 buckets, can go after 20/);
  assert.match(text, /In all 31\.20 dollars a month/);
  assert.deepEqual(
    Object.values(describedKinds).filter(({ lost }) => lost === ''),
    [],
  );
});

test('I2: the policy under which a vault key ends lets nobody open with it', () => {
  const role = 'arn:aws:iam::123456789012:role/Writ-CollectRole-1A';
  const before = `{"Condition":{"ArnNotEquals":{"aws:PrincipalArn":"${role}"}}}`;
  const text = JSON.stringify(endingPolicy('arn:aws:kms:eu-central-1:123456789012:key/1', before));
  const { Statement } = JSON.parse(text);
  const allowed = Statement.filter((each: { Effect: string }) => each.Effect === 'Allow').flatMap(
    (each: { Action: string[] }) => each.Action,
  );
  assert.ok(allowed.includes('kms:ScheduleKeyDeletion'));
  const opening = /\*|Decrypt|Encrypt|CreateGrant|GenerateDataKey/;
  assert.deepEqual(
    allowed.filter((action: string) => opening.test(action)),
    [],
  );
  assert.ok(text.includes(`"${role}"`), 'the next run finds the key by it');
});
