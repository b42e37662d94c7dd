// What components find in their context: the app, and the project that is open.
import { createContext } from 'svelte';
import type { Connection } from './connection.svelte';
import type { JournalLink } from './data/journalLink.svelte';
import type { Recorder } from './data/recorder.svelte';
import type { Imports } from './imports.svelte';
import type { Navigation } from './navigation.svelte';
import type { Notices } from './notices.svelte';
import type { ProjectSession } from './projectSession.svelte';
import type { ThemeChoice } from './theme.svelte';

export interface App {
  connection: Connection;
  recorder: Recorder;
  link: JournalLink;
  navigation: Navigation;
  notices: Notices;
  imports: Imports;
  theme: ThemeChoice;
}

export const [useApp, provideApp] = createContext<App>();

/** The session is handed over as a function, since another project may be opened in its place. */
export const [useSession, provideSession] = createContext<() => ProjectSession>();
