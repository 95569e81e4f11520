import { callState } from '#core/state/calls.ts';
import { caseState } from '#core/state/cases.ts';
import { deploymentState } from '#core/state/deployment.ts';
import { emergencyState } from '#core/state/emergencies.ts';
import { entryState } from '#core/state/entries.ts';
import { grantTokens } from '#core/state/grant-tokens.ts';
import { heardState } from '#core/state/heard.ts';
import { honeytokenState } from '#core/state/honeytokens.ts';
import { keepingState } from '#core/state/keepings.ts';
import { preservationState } from '#core/state/preservations.ts';
import { registryState } from '#core/state/registry.ts';
import { registryChanges } from '#core/state/registry-changes.ts';
import { revocationState } from '#core/state/revocations.ts';
import { suspensionState } from '#core/state/suspensions.ts';
import { vaultState } from '#core/state/vault.ts';
import { vaultKeyState } from '#core/state/vault-keys.ts';
import { systemChance } from './chance.ts';
import { systemClock } from './clock.ts';
import { onForged, store } from './tables.ts';

/** What is where in the tables, composed once. A function may use the tables whose names it was given. */
export const statePorts = {
  store,
  clock: systemClock,
  chance: systemChance,
};

export const calls = callState(statePorts);
export const cases = caseState(statePorts);
export const deployments = deploymentState(statePorts);
export const emergencies = emergencyState(statePorts);
export const entries = entryState(statePorts);
export const tokens = grantTokens(statePorts);
export const honeytokens = honeytokenState(statePorts);
export const keepings = keepingState(statePorts);
export const preservations = preservationState(statePorts);
export const registry = { ...registryState(statePorts), ...registryChanges(statePorts) };
export const revocations = revocationState(statePorts);
export const heard = heardState(statePorts);
export const suspensions = suspensionState(statePorts);
export const vault = vaultState({ ...statePorts, onForged });
export const vaultKeys = vaultKeyState(statePorts);
