import { randomBytes, randomUUID } from 'node:crypto';
import type { Chance } from '#core/ports.ts';

export const systemChance: Chance = {
  id: randomUUID,
  bytes: randomBytes,
  fraction: Math.random,
};
