import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { encodeCursor, type Page, type PageRequest, type SortKey } from '../page.js';

@ObjectType({ description: 'Where a page lies in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'True when more follow: ask again with `after: endCursor`.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'True when the page does not begin at the beginning of the list.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first item; null for an empty page.' })
  readonly startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last item; null for an empty page.' })
  readonly endCursor!: string | null;
}

export interface Edge<Row> {
  readonly cursor: string;
  readonly node: Row;
}

/** A page as GraphQL shows it. Everything beyond the rows is computed when a client asks for it, and only then. */
export class Connection<Row> {
  constructor(
    private readonly page: Page<Row>,
    private readonly request: PageRequest,
    private readonly sortKeyOf: (row: Row) => SortKey,
    private readonly count: () => Promise<number>,
  ) {}

  get nodes(): readonly Row[] {
    return this.page.rows;
  }

  get edges(): readonly Edge<Row>[] {
    return this.page.rows.map((node) => ({ cursor: this.cursorOf(node), node }));
  }

  get pageInfo(): PageInfo {
    const [first, last] = [this.page.rows[0], this.page.rows.at(-1)];
    return {
      hasNextPage: this.page.hasNextPage,
      hasPreviousPage: this.request.after !== null || this.request.offset > 0,
      startCursor: first === undefined ? null : this.cursorOf(first),
      endCursor: last === undefined ? null : this.cursorOf(last),
    };
  }

  /** A method, so that the count is queried only when `totalCount` is selected (`countOnDemand` in graphql/schema.ts calls it). */
  totalCount(): Promise<number> {
    return this.count();
  }

  private cursorOf(row: Row): string {
    return encodeCursor(this.sortKeyOf(row));
  }
}

export interface ConnectionShape<Item> {
  readonly edges: readonly Edge<Item>[];
  readonly nodes: readonly Item[];
  readonly pageInfo: PageInfo;
  totalCount(): Promise<number>;
}

/** Declares the `…Connection` and `…Edge` types of an item type. */
export function connectionType<Item extends object>(
  name: string,
  itemClass: () => ClassType<Item>,
): ClassType<ConnectionShape<Item>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} and its place in the list.`, simpleResolvers: true })
  class ItemEdge implements Edge<Item> {
    @Field(() => String, { description: 'Opaque place of this item; pass it as `after` to go on behind it.' })
    readonly cursor!: string;

    @Field(itemClass, { description: 'The item.' })
    readonly node!: Item;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.`, simpleResolvers: true })
  class ItemConnection implements ConnectionShape<Item> {
    @Field(() => [ItemEdge], { description: 'The items with their cursors.' })
    readonly edges!: readonly ItemEdge[];

    @Field(() => [itemClass()], { description: 'The items alone.' })
    readonly nodes!: readonly Item[];

    @Field(() => PageInfo, { description: 'Where this page lies.' })
    readonly pageInfo!: PageInfo;

    @Field(() => Int, {
      name: 'totalCount',
      description: 'Length of the whole list; counted only when asked for.',
    })
    readonly totalCount!: () => Promise<number>;
  }
  return ItemConnection;
}
