import { type Command, Command as Made } from 'commander';
import { attempt, forPeople, UsageError } from './common.ts';

/** `writ completion`: a shell's completion, made from the command tree of this version. */
const shells = {
  bash: (words: string) => `_writ() {
  local words
${words}
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default
}
complete -F _writ writ
`,
  zsh: (words: string) => `#compdef writ
autoload -U +X bashcompinit && bashcompinit
_writ() {
  local words
${words}
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _writ writ
`,
};

const examples = `
Examples:
  writ completion bash > ~/.local/share/bash-completion/completions/writ
  echo 'eval "$(writ completion zsh)"' >> ~/.zshrc
  writ completion fish > ~/.config/fish/completions/writ.fish
`;

/** @param program with every command */
export function completionCommand(program: () => Promise<Command>): Command {
  return forPeople(new Made('completion'))
    .description('print what makes a shell complete writ’s commands and options')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', examples)
    .action(async (shell: string) => {
      process.exitCode = await attempt(async () => {
        process.stdout.write(completion(shell, await program()));
        return 0;
      });
    });
}

function completion(shell: string, program: Command): string {
  if (shell === 'fish') return fish(program);
  if (shell !== 'bash' && shell !== 'zsh') throw new UsageError('the shell is bash, zsh or fish');
  return `${commandsFunction(program)}\n${shells[shell](wordsOf(program))}`;
}

/** Shell code that puts the next possible words into `words`. Arguments and options lead to no other command. */
function wordsOf(program: Command): string {
  const cases = paths(program).map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`);
  return `  local path='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " $(_writ_commands "$path") " in *" $word "*) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac`;
}

/** The commands below each command: the rest of a line is arguments. */
function commandsFunction(program: Command): string {
  const cases = paths(program)
    .filter(({ commands }) => commands.length > 0)
    .map(({ path, commands }) => `    '${path}') echo '${commands.join(' ')}' ;;`);
  return `_writ_commands() {\n  case "$1" in\n${cases.join('\n')}\n  esac\n}`;
}

interface Place {
  path: string;
  commands: string[];
  words: string[];
}

function paths(command: Command, path = ''): Place[] {
  const below = offered(command);
  const commands = below.map((each) => each.name());
  const options = command.options.map(({ long, short }) => long ?? short ?? '');
  return [
    { path, commands, words: [...commands, ...options, '--help'] },
    ...below.flatMap((each) => paths(each, path === '' ? each.name() : `${path} ${each.name()}`)),
  ];
}

function fish(program: Command): string {
  const lines = ['complete -c writ -f'];
  const walk = (command: Command, path: readonly string[]) => {
    const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`);
    const below = offered(command);
    const names = below.map((each) => each.name());
    const condition = [
      ...seen,
      ...(names.length > 0 ? [`not __fish_seen_subcommand_from ${names.join(' ')}`] : []),
    ];
    const when = condition.length === 0 ? '' : ` -n '${condition.join('; and ')}'`;
    for (const each of below)
      lines.push(`complete -c writ${when} -a ${each.name()} -d '${quoted(each.description())}'`);
    for (const { long, description, required } of command.options)
      if (long != null)
        lines.push(
          `complete -c writ${when} -l ${long.slice(2)}${required ? ' -r -F' : ''} -d '${quoted(description)}'`,
        );
    for (const each of below) walk(each, [...path, each.name()]);
  };
  walk(program, []);
  return `${lines.join('\n')}\n`;
}

/** The commands below one, without the hidden ones, which only old scripts use. */
const offered = (command: Command) =>
  command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => command.commands.includes(each));

const quoted = (text: string) => text.replaceAll(/['\\]/g, '\\$&');
