import { printable } from '#client/printable.ts';
import { inParallel } from '#core/parallel.ts';
import { CommandError } from '../../errors.ts';
import type { Found, Kind, State, Thing } from './kinds.ts';

/**
 * Ends a stack of Writ: the stack first, so that nothing makes another key, then what it left. Every step looks before it
 * acts, so a removal that was broken off is run again.
 */

/** A stack by one name, as CloudFormation remembers it: for 90 days after its deletion. */
export interface Stack {
  id: string;
  status: string;
  /** Whether it was made from a template of Writ's. */
  isWrit: boolean;
  /** Whether its template keeps what holds data: stage `prod`. */
  isKept: boolean;
  things: readonly Thing[];
  /** The ARNs of its functions' roles, by which vault keys name it. */
  roles: readonly string[];
}

/** An AWS account, as much of it as a removal needs. */
export interface Account {
  /** Every stack that had this name, the newest first. */
  stacks(name: string): Promise<Stack[]>;
  /** Deletes a stack, protected or not, and waits. @returns whether nothing of it is left in CloudFormation */
  deleteStack(id: string): Promise<boolean>;
  /** The keys tagged as a vault's whose policies name one of these roles. */
  vaultKeysOf(roles: readonly string[]): Promise<string[]>;
  look(thing: Thing): Promise<State>;
  /** Ends what is there, or has AWS end it after its waiting period. */
  end(thing: Thing): Promise<void>;
}

export interface RemovalOptions {
  /** The operator's word that a stack in stage `prod` is meant. */
  prod?: boolean | undefined;
}

export interface Removal {
  name: string;
  stacks: Stack[];
  /** What there is, and what AWS is deleting already. */
  found: Found[];
}

/** What is left of the stacks of a name. @throws CommandError usage, aws-failed, not-confirmed */
export async function findRemains(
  account: Account,
  name: string,
  { prod = false }: RemovalOptions,
): Promise<Removal> {
  const stacks = (await account.stacks(name)).filter(({ isWrit }) => isWrit);
  if (stacks.length === 0)
    throw new CommandError(
      'aws-failed',
      `there is no stack of Writ named ${printable(name)} in this account and region, and none in the last 90 days`,
      'give --stack and --region',
    );
  if (!prod && stacks.some(({ isKept }) => isKept))
    throw new CommandError(
      'not-confirmed',
      `${printable(name)} was deployed in stage prod: its cases, its log and its keys are meant to be kept`,
      'if all of it is to be lost, say so with --prod',
    );
  if (stacks.some(({ status }) => status.endsWith('_IN_PROGRESS')))
    throw new CommandError(
      'not-yet',
      `CloudFormation is working on ${printable(name)}`,
      'run this again when it has finished',
    );
  return { name, stacks, found: await lookAtAll(account, stacks) };
}

/** @param tell what was just done, in a line */
export async function remove(
  account: Account,
  { name, stacks }: Removal,
  tell: (line: string) => void,
): Promise<Removal> {
  // The roles are asked for again after this: what the stack's own function makes until it is gone is found too.
  for (const stack of stacks.filter(isLive)) {
    const isGone = await account.deleteStack(stack.id);
    tell(isGone ? 'the stack is deleted' : 'the stack is deleted, but for what cannot be deleted yet');
  }
  for (const thing of await lookAtAll(account, stacks)) {
    if (thing.state.is !== 'there') continue;
    await account.end(thing);
    tell(`ended: ${thing.kind} ${printable(thing.id)}`);
  }
  const found = await lookAtAll(account, stacks);
  // What kept a stack from being deleted may be gone now.
  for (const stack of stacks.filter(isLive)) {
    const left = new Set(found.filter(({ state }) => holdsStack.includes(state.is)).map(({ id }) => id));
    if (!stack.things.some(({ id }) => left.has(id))) await account.deleteStack(stack.id);
  }
  const now = await account.stacks(name);
  const ids = new Set(stacks.map(({ id }) => id));
  return { name, stacks: now.filter(({ id }) => ids.has(id)), found };
}

/** What CloudFormation cannot delete either. A key that AWS deletes by itself is deleted, as CloudFormation sees it. */
const holdsStack: readonly State['is'][] = ['there', 'locked'];

export const isLive = ({ status }: Stack): boolean => status !== 'DELETE_COMPLETE';

/** Kinds in the order in which they end: what opens records first, so that nothing can be read that still lies there. */
const order: readonly Kind[] = ['vault-key', 'stream', 'table', 'key', 'bucket', 'log-group', 'role'];

async function lookAtAll(account: Account, stacks: readonly Stack[]): Promise<Found[]> {
  const keys = await account.vaultKeysOf([...new Set(stacks.flatMap(({ roles }) => roles))]);
  const things = new Map<string, Thing>();
  for (const thing of stacks.flatMap((stack) => stack.things)) things.set(`${thing.kind} ${thing.id}`, thing);
  for (const id of keys) things.set(`vault-key ${id}`, { kind: 'vault-key', id });
  const found = await inParallel([...things.values()], 8, async (thing) => ({
    ...thing,
    state: await account.look(thing),
  }));
  return found
    .filter(({ state }) => state.is !== 'gone')
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.id < b.id ? -1 : 1));
}

/** When a removal can be finished, if something of it is locked until then. */
export function lockedUntil(found: readonly Found[]): string | undefined {
  return found
    .flatMap(({ state }) => (state.is === 'locked' ? [state.until] : []))
    .sort()
    .at(-1);
}
