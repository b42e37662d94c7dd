import type { Engine } from '../../shared/contract';
import { StudioError } from '../../shared/errors';

/** Id of the encoder asked for, or of the first one; throws 'encoder-missing' naming those there are. */
export async function chooseEncoder(engine: Engine, wanted: string | undefined): Promise<string> {
  const encoders = await engine.encoders.list();
  const chosen = wanted === undefined ? encoders[0] : encoders.find(({ id }) => id === wanted);
  if (chosen) return chosen.id;
  throw new StudioError(
    'encoder-missing',
    wanted === undefined || encoders.length === 0
      ? 'No encoder is installed: the folder resources/encoders is empty. Install Handful anew.'
      : `There is no encoder "${wanted}". Installed: ${encoders.map(({ id }) => `"${id}"`).join(', ')}.`,
  );
}
