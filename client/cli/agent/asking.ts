import { connect } from 'node:net';
import { importPublicKey } from '#core/signature/keys.ts';
import { verifySignature } from '#core/signature/verify.ts';
import type { Named } from '../profile/profile.ts';
import { knownPlaces } from './place.ts';
import { type AgentAnswer, type AgentCall, agentAnswer, mostLineBytes } from './protocol.ts';

/** What a command asks of its profile's agent. Where there is none, or it does not answer, the command asks its person. */
type Of = Pick<Named, 'name' | 'dir'>;

const patienceMs = 10_000;

/** Which keys are held, until when, and by which process. @returns undefined where no agent runs */
export async function agentAbout(
  named: Of,
): Promise<{ until: string; keys: string[]; pid: number } | undefined> {
  const answer = await askAgents(named, { op: 'about' });
  return answer !== undefined && 'keys' in answer ? answer : undefined;
}

/**
 * A signature by the agent.
 *
 * @param publicKey of the key that signs: what anybody else answers is no signature by it
 * @returns undefined where no agent holds this key
 */
export async function agentSignature(
  named: Of,
  publicKey: Record<string, unknown>,
  base: Uint8Array,
): Promise<Uint8Array | undefined> {
  const key = importPublicKey(publicKey);
  const { alg, thumbprint: keyId } = key;
  const answer = await askAgents(named, { op: 'sign', keyId, base: Buffer.from(base).toString('base64') });
  if (answer === undefined || !('signature' in answer)) return undefined;
  const signature = new Uint8Array(Buffer.from(answer.signature, 'base64'));
  const read = { label: '', created: 0, expires: 0, alg, keyId, base, signature };
  return verifySignature(read, key) ? signature : undefined;
}

/** @returns what was encrypted; `false` if it is encrypted to another key; undefined where no agent holds this one */
export async function agentPlaintext(
  named: Of,
  keyId: string,
  jwe: string,
): Promise<Uint8Array | false | undefined> {
  const answer = await askAgents(named, { op: 'decrypt', keyId, jwe });
  if (answer === undefined) return undefined;
  if ('plaintext' in answer) return new Uint8Array(Buffer.from(answer.plaintext, 'base64'));
  return 'refused' in answer && answer.refused === 'not-decrypted' ? false : undefined;
}

/** Ends the profile's agents. @returns whether there was one */
export async function lockAgents(named: Of): Promise<boolean> {
  let locked = false;
  for (const place of await knownPlaces(named)) {
    const answer = await ask(place, { op: 'lock' });
    locked ||= answer !== undefined;
  }
  return locked;
}

async function askAgents(named: Of, call: AgentCall): Promise<AgentAnswer | undefined> {
  for (const place of await knownPlaces(named)) {
    const answer = await ask(place, call);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** @returns undefined where nobody answers, or not as an agent does */
function ask(place: string, call: AgentCall): Promise<AgentAnswer | undefined> {
  return new Promise((done) => {
    const parts: Buffer[] = [];
    let size = 0;
    const socket = connect(place);
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('connect', () => socket.write(`${JSON.stringify(call)}\n`));
    socket.on('data', (part: Buffer) => {
      size += part.length;
      if (size > mostLineBytes) socket.destroy();
      else parts.push(part);
    });
    socket.on('close', () => done(read(Buffer.concat(parts).toString('utf8'))));
  });
}

function read(line: string): AgentAnswer | undefined {
  try {
    return agentAnswer.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
