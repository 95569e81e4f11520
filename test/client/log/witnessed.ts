/** A log that a witness is asked about, two histories of it, and what is sent. Nothing here is the witness's own code. */
import { sign } from 'node:crypto';
import { Witness, type WitnessEvent, type WitnessStore } from '#client/log/witness/witness.ts';
import { formatAddCheckpoint } from '#core/log/add-checkpoint.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { cosigner } from '../../core/log/cosigner.ts';
import { NaiveTree } from '../../core/log/naive.ts';
import { signedCheckpoint, signer } from '../../core/log/signer.ts';

export const log = signer('log.example/2026', 1);
export const by = cosigner('witness.example/w1', 2);

const entries = (from: string, count: number) =>
  Array.from({ length: count }, (_, i) => Buffer.from(`${i < FORK ? 'both' : from} ${i}`));

/** Up to here both histories are one. */
export const FORK = 5;
export const LARGEST = 12;
export const honest = new NaiveTree(entries('honest', LARGEST));
export const forked = new NaiveTree(entries('forked', LARGEST));

/** A request from a tree to a larger one of the same history. */
export function asked(oldSize: number, size: number, tree = honest, signedBy = log): string {
  const proof = oldSize === 0 || oldSize > size ? [] : tree.proof(oldSize, size);
  return formatAddCheckpoint({
    oldSize: BigInt(oldSize),
    proof,
    checkpoint: signedCheckpoint(size, tree.mth(0, size), signedBy),
  });
}

export interface Kept extends WitnessStore {
  notes: Map<string, string>;
}

export function keptInMemory(): Kept {
  const notes = new Map<string, string>();
  return {
    notes,
    read: async (logHash) => notes.get(logHash),
    write: async (logHash, note) => {
      notes.set(logHash, note);
    },
  };
}

interface Given {
  /** In seconds, read anew each time. */
  clock?: () => number;
  told?: WitnessEvent[];
  logs?: readonly VerifierKey[];
}

export function witnessOver(store: WitnessStore, given: Given = {}): Witness {
  const { clock = () => 1_800_000_000, told = [], logs = [log.key] } = given;
  return new Witness({
    key: by.key,
    sign: (message) => sign(null, message, by.privateKey),
    logs,
    store,
    nowSeconds: () => BigInt(clock()),
    tell: (event) => told.push(event),
  });
}
