// Wires the screen together: transport -> connection -> data -> contexts -> page.
import { mount, unmount } from 'svelte';
import AppScreen from './App.svelte';
import { findStudio } from './connect';
import { Connection } from './connection.svelte';
import { openDatabase } from './data/database';
import { databaseName } from './data/folderDatabase';
import { JournalLink } from './data/journalLink.svelte';
import { Recorder } from './data/recorder.svelte';
import { Imports } from './imports.svelte';
import { Navigation } from './navigation.svelte';
import { Notices } from './notices.svelte';
import { ThemeChoice } from './theme.svelte';
import './styles/tokens.css';
import './styles/base.css';

/** In development `?fake` stands for a studio; the build contains none of it. */
const openTransport =
  import.meta.env.DEV && new URLSearchParams(location.search).has('fake')
    ? (await import('./fakeStudio')).serveFakeStudio()
    : findStudio(window);

const lasting = {
  navigation: new Navigation(),
  notices: new Notices(),
  imports: new Imports(),
  theme: new ThemeChoice(),
};

/** What is on the screen, over one database. */
interface Shown {
  databaseName: string;
  link: JournalLink;
  close(): void;
}
let shown: Shown | undefined;

const connection: Connection = new Connection(openTransport, {
  opened: () => void reached(),
  lost: () => (shown ??= show()).link.disconnected(),
});
void connection.open();

/** Shows what belongs to the data folder that was reached. */
async function reached(): Promise<void> {
  // Why the folder cannot be asked is said by the link, which asks it too.
  const name = await databaseName(connection.studio).catch(() => shown?.databaseName);
  if (shown && shown.databaseName !== name) {
    shown.close();
    shown = undefined;
  }
  shown ??= show(name);
  await shown.link.connected();
}

function show(name?: string): Shown {
  const recorder = new Recorder(openDatabase(name));
  const link = new JournalLink(recorder, () => connection.studio, navigator.locks);
  const target = document.getElementById('app') ?? document.body;
  const screen = mount(AppScreen, {
    target,
    props: { app: { ...lasting, connection, recorder, link } },
  });
  return {
    databaseName: recorder.database.name,
    link,
    close() {
      void unmount(screen);
      link.close();
      recorder.close();
      recorder.database.close();
    },
  };
}
