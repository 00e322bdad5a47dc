/** What makes a group: its device group, across members; or the member. */
export type GroupBy = 'device_group' | 'federation_member';
