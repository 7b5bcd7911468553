/** The search attributes of a case and their types, as `temporal server start-dev --search-attribute` takes them. */
export const searchAttributes = {
  CaseState: 'Keyword',
  Severity: 'Keyword',
  Category: 'Keyword',
  Project: 'Keyword',
  Resource: 'Keyword',
  Updated: 'Datetime',
} as const;
