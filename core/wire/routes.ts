import { collectRoutes, requestRoutes } from './agency.ts';
import { reviewRoutes } from './desk.ts';
import { logRoutes, providerRoutes } from './everybody.ts';
import { registryRoutes } from './registry.ts';
import type { Route, RouteTable } from './route.ts';

/** The whole wire, by operation's id, in the order of the document. A function imports the part that it serves. */
export const allRoutes = {
  ...requestRoutes,
  ...collectRoutes,
  ...reviewRoutes,
  ...registryRoutes,
  ...providerRoutes,
  ...logRoutes,
} satisfies RouteTable;

export const routeList: readonly (Route & { id: string })[] = Object.entries<Route>(allRoutes).map(
  ([id, route]) => ({
    ...route,
    id,
  }),
);
