// Wires the screen together: transport -> connection -> data -> contexts -> page.
import { mount } from 'svelte';
import AppScreen from './App.svelte';
import { findStudio } from './connect';
import { Connection } from './connection.svelte';
import { openDatabase } from './data/database';
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

const recorder = new Recorder(openDatabase());
const connection: Connection = new Connection(openTransport, {
  opened: () => void link.connected(),
  lost: () => link.disconnected(),
});
const link = new JournalLink(recorder, () => connection.studio, navigator.locks);
void connection.open();

const target = document.getElementById('app');
if (target)
  mount(AppScreen, {
    target,
    props: {
      app: {
        connection,
        recorder,
        link,
        navigation: new Navigation(),
        notices: new Notices(),
        imports: new Imports(),
        theme: new ThemeChoice(),
      },
    },
  });
