// From words to an exit code: 0 only when all of it worked, otherwise one sentence on stderr.
import { StudioError, toStudioError } from '../../shared/errors';
import type { CommandIo } from './commandIo';
import { helpText } from './help';
import type { OpenEngine } from './openEngine';
import { parseCommandLine, type OpenArguments } from './parseCommandLine';
import { predictCommand, zeroCommand } from './predictCommand';
import { trainCommand } from './trainCommand';

/** What the commands run on. */
export interface Machinery {
  readonly version: string;
  withEngine(use: (open: OpenEngine) => Promise<void>): Promise<void>;
  /** Opens the app in the browser; resolves when it was closed. */
  openApp(given: OpenArguments): Promise<void>;
}

/** Runs one command; resolves to the exit code of the process. */
export async function runCommandLine(
  words: readonly string[],
  io: CommandIo,
  machinery: Machinery,
): Promise<number> {
  try {
    const command = parseCommandLine(words);
    switch (command.name) {
      case 'help':
        io.print(helpText(command.about));
        break;
      case 'version':
        io.print(machinery.version);
        break;
      case 'open':
        await machinery.openApp(command.arguments);
        break;
      case 'train':
        await machinery.withEngine((open) => trainCommand(command.arguments, open, io));
        break;
      case 'predict':
        await machinery.withEngine((open) => predictCommand(command.arguments, open, io));
        break;
      case 'zero':
        await machinery.withEngine((open) => zeroCommand(command.arguments, open, io));
        break;
    }
    return 0;
  } catch (error) {
    const { message } = io.signal.aborted
      ? new StudioError('cancelled', 'Stopped. Nothing was written.')
      : toStudioError(error);
    io.say(`${io.isTerminal ? '\r\u001b[K' : ''}handful: ${message}\n`);
    return 1;
  }
}
