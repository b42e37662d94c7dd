/** The one Electron channel that every message of the contract travels on. */
export const ipcChannel = 'handful';
