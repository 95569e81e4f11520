import { Command } from 'commander';
import { pairingFragment } from '#client/bridge/pairing.ts';
import { mostCallBytes } from '#client/bridge/protocol.ts';
import { version } from '#client/route-call.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { consoleRoutes } from '#core/wire/console.ts';
import { attempt, exit, forPeople, say, UsageError } from '../common.ts';
import { confirmCall } from '../confirm-call.ts';
import { isAttended } from '../person.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { listening, portOf } from './listening.ts';
import { startLoopback } from './loopback.ts';
import { bridgeRoutes } from './signing.ts';

/** `writ bridge`: the console in the browser signs with this profile's key, which stays where it is. */
interface Options extends ProfileOptions {
  origin?: string;
  port?: string;
  askAll?: boolean;
}

const examples = `
Examples:
  writ bridge                                  open the link that it prints, in the browser of this machine
  writ bridge --profile card                   with the key on a card
  writ bridge --ask-all                        ask about what reads, too
  writ bridge --origin https://localhost:8443  the console is at another address than the provider

It listens on 127.0.0.1 alone, and answers one page: of this origin, with the secret of the link. The link is good once.
The page hands over the call that it wants signed, and this terminal shows it: read it here, for a page can show anything.
What reads is signed at once and told in a line. Each call that changes something is asked about, and not signed without
a person. Ctrl-C ends it.
`;

export function bridgeCommand(): Command {
  return forProfile(forPeople(new Command('bridge')))
    .description('let the console in this machine’s browser sign with a profile’s key: file, agent or card')
    .option('--origin <url>', 'where the console is (default: the profile’s provider)')
    .option('--port <port>', 'the port to listen on (default: a free one)')
    .option('--ask-all', 'ask before what reads is signed, too')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => bridge(options), options);
    });
}

/** The console's place at a provider. */
const consolePath = `${version}${consoleRoutes.showConsole.path}`;

async function bridge(options: Options): Promise<number> {
  const port = options.port === undefined ? undefined : portOf(options.port);
  const { name, profile, session } = await connect(options);
  const origin = options.origin === undefined ? new URL(session.url).origin : originOf(options.origin);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  const caller = { url: session.url, signer: session.signer };
  const routes = bridgeRoutes({
    ...caller,
    publicJwk: importPublicKey(profile.signing?.publicKey).jwk,
    ask: isAttended() ? (call, signal) => confirmCall(caller, call, { signal }) : undefined,
    asksAll: options.askAll === true,
    tell: say,
    stop,
  });
  const loopback = await listening(() =>
    startLoopback({ origin, routes, tell: say, port, mostBodyBytes: 2 * mostCallBytes }),
  );
  // Ctrl-C is how it is ended: no error.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  stopping.signal.addEventListener('abort', () => loopback.close());
  say(rules(name, session.signer.keyId, isAttended()));
  process.stdout.write(`${origin}${consolePath}${pairingFragment(loopback.pairing)}\n`);
  const ended = await loopback.ended;
  say(
    ended === 'closed'
      ? 'The bridge has ended. The page can sign nothing more with this key.'
      : 'Too much was refused: the bridge has ended. Something on this machine tries to reach it; start it again when you know what.',
  );
  return ended === 'closed' ? 0 : exit.wrong;
}

const rules = (profile: string, keyId: string, attended: boolean) => `Profile ${profile}, key ${keyId}.
Open this link in the browser of this machine. It is good once, and whoever has it can ask for signatures: give it to nobody.
What reads is signed at once. ${
  attended
    ? 'What changes something is shown here, and signed when you say yes: read it here, not in the page.'
    : 'Nobody is at this terminal, so nothing is signed that changes something.'
} Ctrl-C ends it.
`;

/** @throws UsageError */
function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || (url.origin !== text && url.href !== text) || url.pathname !== '/')
    throw new UsageError('--origin is an https address without a path: https://disclosure.example');
  return url.origin;
}
