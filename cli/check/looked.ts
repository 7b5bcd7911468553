/**
 * What a source itself says of a case. `same`: as the case says. `differs`: it says otherwise now, which may have come since. `wrong`: the case cannot
 * be right. `not-looked-at`: this machine could not look.
 */
export interface Looked {
  readonly at: string;
  readonly found: 'same' | 'differs' | 'wrong' | 'not-looked-at';
  readonly detail: string;
}
