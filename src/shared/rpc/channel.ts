/** The one Electron channel that every message of the contract travels on. */
export const ipcChannel = 'handful';

/** The first thing that a page sends on it: whatever ran for the page before it may stop. */
export const pageOpened = 'page-opened';
