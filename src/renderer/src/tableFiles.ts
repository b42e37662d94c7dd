// What the file dialogs offer.
export const tableFiles = '.csv,.tsv,.tab,.txt,.json,.jsonl,.ndjson,.xlsx';
