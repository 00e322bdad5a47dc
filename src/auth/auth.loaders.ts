import DataLoader from 'dataloader';
import type { Db } from '../db/database.js';
import { organizationRepository, type OrganizationRow } from './organization.repository.js';

/** Loads what already permitted rows point to; fresh for each request. */
export class AuthLoaders {
  /** Organizations by id. Their ids come from rows that the viewer may see. */
  readonly organization: DataLoader<string, OrganizationRow>;

  constructor(db: Db) {
    this.organization = new DataLoader(async (ids) => {
      const rows = await organizationRepository.findMany(db, ids);
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? new Error(`organization ${id} is referenced but missing`));
    });
  }
}
