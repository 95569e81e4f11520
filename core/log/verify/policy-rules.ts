import { z } from 'zod';
import type { Here } from './here.ts';

/** So many unadopted policies are remembered: a log must not fill the verifier's memory. */
const MOST_POLICIES = 1000;

/** Deployments and changes of the policy bound what was deployed. */
export const storedPolicies = z.strictObject({
  deployed: z.array(z.string()),
  unadopted: z.array(z.string()),
});

/** The policy that a case is decided by was deployed, and two reviewers had adopted it. */
export class PolicyRules {
  private readonly deployed: Set<string>;
  private readonly adopted: ReadonlySet<string>;
  /** Policies that something was done under though nobody had adopted them: each is one finding. */
  private readonly unadopted: Set<string>;

  /** @param adopted the policies that the registry's entries adopt, as they come */
  constructor(adopted: ReadonlySet<string>, stored?: z.output<typeof storedPolicies>) {
    this.adopted = adopted;
    this.deployed = new Set(stored?.deployed);
    this.unadopted = new Set(stored?.unadopted);
  }

  stored(): z.input<typeof storedPolicies> {
    return { deployed: [...this.deployed], unadopted: [...this.unadopted] };
  }

  deploy(policyHash: string): void {
    this.deployed.add(policyHash);
  }

  checkAsked(policyHash: string, here: Here): void {
    if (this.deployed.size > 0 && !this.deployed.has(policyHash))
      here.report('policy-unknown', 'no deployment before it has this policy');
    this.checkAdopted(policyHash, here);
  }

  checkAdopted(policyHash: string, here: Here): void {
    const { adopted, unadopted } = this;
    if (adopted.size === 0 || adopted.has(policyHash) || unadopted.has(policyHash)) return;
    if (unadopted.size < MOST_POLICIES) unadopted.add(policyHash);
    here.report('policy-unadopted', 'no founding and no change before it adopted this policy');
  }
}
