/**
 * The gate's own control, by which a test has KMS lag (lag.ts). It asks for a token that lies in the cloud's state directory,
 * which the owner alone can read. No function has it, and no AWS credentials help.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { give } from '#dev/cloud/gate/emulated.ts';
import { type KmsLag, type LagRule, lagRule } from '#dev/cloud/gate/lag.ts';
import { type Answer, type Asked, wholeBody } from '#dev/cloud/relay.ts';

const PATH = '/_writ/lag';
const HEADER = 'x-writ-token';
const LARGEST_ORDER = 4096;
const tokenFile = (stateDir: string) => join(stateDir, 'gate-token');

const order = z.union([z.strictObject({ begin: lagRule }), z.strictObject({ end: z.string() })]);

/** @returns what takes orders: whether a request is one, and was answered */
export function openControl(stateDir: string, lag: KmsLag) {
  const token = randomBytes(32).toString('hex');
  writeFileSync(tokenFile(stateDir), token, { mode: 0o600 });
  return {
    takes: (request: Asked): boolean => request.url === PATH,

    async answer(request: Asked, answer: Answer): Promise<void> {
      const given = Buffer.from(String(request.headers[HEADER] ?? ''));
      const isOwner = given.length === token.length && timingSafeEqual(given, Buffer.from(token));
      const status = isOwner ? obeyed(await wholeBody(request, LARGEST_ORDER)) : 403;
      give(answer, { status, headers: [], body: Buffer.alloc(0) });
    },

    close: () => rmSync(tokenFile(stateDir), { force: true }),
  };

  function obeyed(body: Buffer | undefined): number {
    const said = order.safeParse(JSON.parse(String(body ?? 'null')));
    if (!said.success) return 400;
    if ('begin' in said.data) lag.begin(said.data.begin);
    else lag.end(said.data.end);
    return 204;
  }
}

interface Gated {
  readonly stateDir: string;
  readonly endpoint: string;
}

/** Whether a gate of ours stands before this cloud's KMS. */
export const hasGate = ({ stateDir }: Pick<Gated, 'stateDir'>): boolean => existsSync(tokenFile(stateDir));

/** Has KMS lag in what a rule names. @returns what ends that: KMS has followed then */
export async function beginLag(cloud: Gated, rule: LagRule): Promise<() => Promise<void>> {
  await tell(cloud, { begin: rule });
  return () => tell(cloud, { end: rule.name });
}

async function tell({ stateDir, endpoint }: Gated, said: z.infer<typeof order>): Promise<void> {
  const token = readFileSync(tokenFile(stateDir), 'utf8');
  const answer = await fetch(`${endpoint}${PATH}`, {
    method: 'POST',
    headers: { [HEADER]: token },
    body: JSON.stringify(said),
  });
  if (answer.status !== 204) throw new Error(`The gate did not take the order: ${answer.status}`);
}
