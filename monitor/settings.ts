import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseVerifierKey } from '#core/log/note.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';

/** What whoever deploys a monitor sets, as `-c name=value`. */
const settings = z.strictObject({
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
    .default('WritMonitor'),
  /** The address of the log's provider, with its version: `https://disclosure.example.org/v1`. */
  url: z.url({ protocol: /^https?$/ }).max(500),
  /** The log's verifier key, as the provider gave it to you by another way than this address. */
  key: z.string().max(500).transform(parsed(parseVerifierKey)),
  /** A file with a trust policy (C2SP tlog-policy): which witnesses must have cosigned. Default: nobody is asked for. */
  policy: z
    .string()
    .transform((file) => readFileSync(file, 'utf8'))
    .transform(parsed(parseTrustPolicy))
    .optional(),
  everyMinutes: z.coerce.number().int().min(1).max(1440).default(5),
  /** Whom the alarms write to. Default: nobody, and the topic is yours to subscribe to. */
  email: z.email().optional(),
});

/** The text as it was given, once it was read as what it should be. */
function parsed(parse: (text: string) => unknown) {
  return (text: string, context: z.RefinementCtx) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'malformed' });
    }
    return text;
  };
}

export type MonitorSettings = z.infer<typeof settings>;

/** @throws Error that says which setting is wrong */
export function readMonitorSettings(get: (name: string) => unknown): MonitorSettings {
  const given = Object.keys(settings.shape).map((name) => [name, get(name)]);
  const read = settings.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`-c ${wrong.join('; ')}`);
}
