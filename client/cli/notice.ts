import { Command, Option } from 'commander';
import { newestCheckpoint, provenEntries } from '#client/log/entries.ts';
import { findBytes } from '#client/log/source.ts';
import { addressedSchema, type LetterFacts, letterOf, letterText } from '#client/notice/letter.ts';
import { letterPage } from '#client/notice/letter-page.ts';
import { checkNotice, openNotice } from '#client/notice/open.ts';
import { type LetterLanguage, letterLanguages } from '#client/notice/words.ts';
import { printable } from '#client/printable.ts';
import { parseCode, partsOfCode } from '#core/cases/notice-code.ts';
import {
  attempt,
  bad,
  exit,
  forLog,
  forPeople,
  good,
  type LogOptions,
  parseJson,
  printJson,
  say,
  UsageError,
} from './common.ts';
import { givenText } from './given.ts';
import { checkText, fileText, historyText } from './notice-text.ts';
import { logOf, openMeant } from './opened-log.ts';

/** `writ notice`: the letter to a person, for who sends it; and what its code opens, for who got it. */
interface LetterCommand {
  lang: LetterLanguage;
  html?: boolean;
  subject?: string;
  url?: string;
  zone: string;
}

const letterExamples = `
Examples:
  aws lambda invoke --function-name <NoticeFunctionName> --cli-binary-format raw-in-base64-out \\
    --payload '{"case":"<case>"}' out.json
  writ notice letter out.json --lang de
  writ notice letter out.json --lang fr --html --subject 0 > letter.html

The file is what the function Notice answers. It holds whom the letter is for, and their code: keep it no longer than you
need it. A letter that was lost: ask Notice with {"case":"<case>","anew":true}; the code before opens nothing then.

Exit codes: 0 printed, 1 there is no such person, 2 usage.
`;

const openExamples = `
Examples:
  writ notice open 3ES4-FT5G-V6HW-7JX8-KY9M-ZAN0-BP8Z --url https://disclosure.example/v1 --key @log.vkey

The code is in the letter that you were sent. Capitals, hyphens and spaces make no difference. It does not leave your
machine: the server is asked by a tag that is made of it, and what it answers is decrypted here.

Exit codes: 0 opened, and the log says the same; 1 nothing opens, or the log says otherwise; 2 usage; 3 it cannot be read.
`;

export function noticeCommand(): Command {
  const letter = forPeople(new Command('letter'))
    .description('print the letter that tells a person what was disclosed of them')
    .argument('<file>', 'what the function Notice answered, or - for the standard input')
    .addOption(new Option('--lang <language>', 'its language').choices(letterLanguages).default('en'))
    .option('--html', 'as a page to print, A4')
    .option('--subject <number>', 'of one person alone, by their number in the request')
    .option(
      '--url <url>',
      "the provider's API, for the command that checks it (default: as the log is named)",
    )
    .option('--zone <zone>', 'the time zone of its times', 'UTC')
    .addHelpText('after', letterExamples)
    .action(async (file: string, options: LetterCommand) => {
      process.exitCode = await attempt(() => print(file, options));
    });
  const open = forLog(new Command('open'))
    .description('open what the code in a letter stands for, and check it against the log')
    .argument('<code>', 'the code, with its groups or without')
    .option('--json', 'what was opened as JSON')
    .addHelpText('after', openExamples)
    .action(async (code: string, options: LogOptions & { json?: boolean }) => {
      process.exitCode = await attempt(() => opened(code, options), options);
    });
  return forPeople(new Command('notice'))
    .description(
      'print the letter to a person whose data was disclosed, and open what the code in it stands for',
    )
    .addCommand(letter)
    .addCommand(open);
}

async function print(file: string, { lang, html, subject, url, zone }: LetterCommand): Promise<number> {
  if (!isZone(zone)) throw new UsageError('--zone is no time zone: Europe/Berlin');
  const { data } = addressedSchema.safeParse(parseJson(await givenText(file), file));
  if (data === undefined) throw new UsageError(`${printable(file)} is no answer of the function Notice`);
  const meant = data.subjects.filter((each) => subject === undefined || String(each.subject) === subject);
  if (meant.length === 0) {
    say('Nothing was disclosed of this person.');
    return exit.wrong;
  }
  if (html === true && meant.length > 1)
    throw new UsageError(
      `a page is one letter: give --subject (${meant.map((each) => each.subject).join(', ')})`,
    );
  const letters = meant.map((each) => letterOf(each, { language: lang, url: url ?? addressIn(each), zone }));
  const write = html === true ? letterPage : letterText;
  // A form feed: each letter begins on a sheet of its own.
  process.stdout.write(letters.map(write).join('\f'));
  return 0;
}

/** A log that is served under a provider's own name says where. */
function addressIn({ file }: LetterFacts): string | undefined {
  const [, host] = /^([a-z0-9.-]+(?::\d+)?)\/v1\/log$/i.exec(file.log) ?? [];
  return host === undefined ? undefined : `https://${host}/v1`;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}

async function opened(typed: string, options: LogOptions & { json?: boolean }): Promise<number> {
  const code = parseCode(typed);
  // The code is a secret: nothing of it is repeated.
  if (code === undefined) throw new UsageError('this is no code: compare it with your letter, sign by sign');
  const log = await openMeant(await logOf(options));
  if (log.url === undefined)
    throw new UsageError('give --url: a copy of the log does not hold what codes open');
  const parts = partsOfCode(code);
  const sealed = await findBytes(log.url, `notices/${parts.tag}`);
  if (sealed === undefined) {
    say('Nothing is there for this code: a newer letter took its place, or the case was forgotten.');
    return exit.wrong;
  }
  const file = await openNotice(code, sealed);
  if (file === undefined) {
    say('What is there does not open with this code: somebody changed it. Ask the provider.');
    return exit.wrong;
  }
  const entries = [];
  for await (const placed of provenEntries(log, await newestCheckpoint(log)))
    if (placed.entry.stream === file.stream) entries.push(placed);
  const checks = checkNotice(
    parts,
    file,
    entries.map(({ entry }) => entry),
  );
  const isSo = checks.committedBy !== undefined && checks.differs.length === 0;
  if (options.json === true) printJson({ file, checks, entries });
  else
    process.stdout.write(
      `${fileText(file)}\nWhat the public log says of the case:\n${historyText(entries)}\n${(isSo ? good : bad)(checkText(checks))}\n`,
    );
  return isSo ? 0 : exit.wrong;
}
