export function findBrowser(where?: {
  env?: Readonly<Record<string, string | undefined>>;
  platform?: string;
  exists?: (file: string) => boolean;
}): string | undefined;

export function installing(machine: { release: string; isRoot: boolean; isSudoer: boolean }): string[][];

export function thisMachine(): { release: string; isRoot: boolean; isSudoer: boolean };
