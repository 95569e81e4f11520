import type { Here } from './here.ts';

/** The policy that a case is decided by was deployed, and two reviewers had adopted it. */

const MOST_POLICIES = 1000;

export class PolicyRules {
  private readonly deployed = new Set<string>();
  private readonly adopted: ReadonlySet<string>;
  /** Policies that something was done under though nobody had adopted them: each is one finding. */
  private readonly unadopted = new Set<string>();

  /** @param adopted the policies that the registry's entries adopt, as they come */
  constructor(adopted: ReadonlySet<string>) {
    this.adopted = adopted;
  }

  deploy(policyHash: string): void {
    this.deployed.add(policyHash);
  }

  checkAsked({ policyHash }: { policyHash: string }, here: Here): void {
    if (this.deployed.size > 0 && !this.deployed.has(policyHash))
      here.report('policy-unknown', 'no deployment before it has this policy');
    this.checkAdopted({ policyHash }, here);
  }

  checkAdopted({ policyHash }: { policyHash: string }, here: Here): void {
    const { adopted, unadopted } = this;
    if (adopted.size === 0 || adopted.has(policyHash) || unadopted.has(policyHash)) return;
    if (unadopted.size < MOST_POLICIES) unadopted.add(policyHash);
    here.report('policy-unadopted', 'no founding and no change before it adopted this policy');
  }
}
