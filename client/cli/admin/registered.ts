import { Command } from 'commander';
import { allOf } from '#client/all-of.ts';
import { newestCheckpoint, provenEntries } from '#client/log/entries.ts';
import { checkKeys, type KeysChecked } from '#client/log/keys.ts';
import { printable } from '#client/printable.ts';
import { eachKey, type KeyView } from '#client/registry.ts';
import { attempt, bad, counted, exit, forPeople, good, printJson, say } from '../common.ts';
import { openLog } from '../opened-log.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { peopleText } from './key-text.ts';

/** `writ admin people`: who is enrolled, with which keys, since when and by whose signatures. */
interface Options extends ProfileOptions {
  party?: string;
  revoked?: boolean;
  verify?: boolean;
}

const examples = `
Examples:
  writ admin people                          everybody who holds a key
  writ admin people --party desk             the reviewers alone
  writ admin people --party de-lka-example --revoked
  writ admin people --verify                 held against the log: these keys, and no others
  writ admin people --json | jq -r '.keys[] | [.holder, .keyid] | @tsv'

It shows what the registry says. With --verify, exit code 1 means that the log says otherwise.
`;

export function peopleCommand(): Command {
  return forProfile(forPeople(new Command('people')))
    .description('list who is enrolled, with which keys, since when and by whom')
    .option('--party <party>', 'desk, or an agency’s id')
    .option('--revoked', 'keys that were revoked, too')
    .option('--verify', 'hold the list against the log')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => list(options), options);
    });
}

async function list(options: Options): Promise<number> {
  const { party, json, verify = false } = options;
  const { session } = await connect(options);
  const enrolled = await allOf(eachKey(session, 'Enrolled'));
  const revoked = options.revoked === true || verify ? await allOf(eachKey(session, 'Revoked')) : [];
  const checked = verify ? await check([...enrolled, ...revoked], options) : undefined;
  const isShown = (key: KeyView) => party === undefined || party === (key.agency ?? 'desk');
  const shown = [...enrolled, ...(options.revoked === true ? revoked : [])].filter(isShown);
  if (json === true) printJson({ keys: shown, ...checked });
  else process.stdout.write(shown.length === 0 ? 'Nobody is there.\n' : peopleText(shown));
  if (checked === undefined) return 0;
  if (json !== true) say(verdict(checked, enrolled.length + revoked.length));
  return checked.differences.length === 0 ? 0 : exit.wrong;
}

async function check(keys: readonly KeyView[], { profile }: Options): Promise<KeysChecked> {
  const log = await openLog(profile === undefined ? {} : { profile });
  return checkKeys(provenEntries(log, await newestCheckpoint(log)), keys, Date.now());
}

function verdict({ differences, tooYoung }: KeysChecked, keys: number): string {
  const young =
    tooYoung === 0
      ? ''
      : `\n${counted(tooYoung, 'key')} changed minutes ago and may not be in the log yet: look again.`;
  if (differences.length === 0)
    return `${good(`The log enrols and revokes just these ${counted(keys, 'key')}, those that were revoked among them.`)}${young}`;
  const lines = differences.map(({ keyid, index, says }) => {
    const what = keyid === undefined ? `entry ${index}` : printable(keyid);
    return `${what}: ${says}`;
  });
  return `${bad('The log says otherwise:')}\n${lines.join('\n')}${young}`;
}
