import type { MemberKey } from '../federations/index.js';

/** What a rebuild has just done, and is committed. */
export type RebuildEvent =
  /** It found one that was not at its end, and goes on with it. */
  | {
      readonly kind: 'resumed';
      readonly since: number;
      readonly members: number;
      /** Of them. */
      readonly finished: number;
    }
  /** It has counted so many observations of a member. */
  | { readonly kind: 'counted'; readonly member: MemberKey; readonly observations: number }
  /** So many series of a member have their new summaries. */
  | { readonly kind: 'published'; readonly member: MemberKey; readonly series: number }
  | { readonly kind: 'finished'; readonly member: MemberKey };

/** Is waited for: nothing goes on before. */
export type RebuildListener = (event: RebuildEvent) => void | Promise<void>;
