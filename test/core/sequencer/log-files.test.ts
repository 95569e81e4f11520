import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { memoryLogFiles } from '../../memory/log-files.ts';
import { logFilesContract } from '../../memory/log-files-contract.ts';

logFilesContract('in memory', async () => memoryLogFiles());
logFilesContract('in memory, kept by an instance', async () => keepingFiles(memoryLogFiles()));
