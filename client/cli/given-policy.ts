import { printable } from '#client/printable.ts';
import { parseTrustPolicy, type TrustPolicy, TrustPolicyError } from '#core/log/trust-policy.ts';
import { UsageError } from './errors.ts';
import { givenText } from './given.ts';

/** The file of `--policy`: which logs and witnesses count (C2SP tlog-policy). @throws UsageError, CommandError file-unreadable */
export async function givenPolicy(file: string): Promise<TrustPolicy> {
  const text = await givenText(file);
  try {
    return parseTrustPolicy(text);
  } catch (error) {
    if (!(error instanceof TrustPolicyError)) throw error;
    throw new UsageError(
      `${printable(file)} is no policy of a log (${error.message})`,
      'it has lines such as `witness NAME KEY` and `quorum NAME` (C2SP tlog-policy)',
    );
  }
}
