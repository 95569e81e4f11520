import { collectRoutes, requestRoutes } from './agency.ts';
import { consoleRoutes } from './console.ts';
import { reviewRoutes } from './desk.ts';
import { providerRoutes } from './everybody.ts';
import { logRoutes } from './log.ts';
import { registryRoutes } from './registry.ts';
import { revocationsRoutes } from './revocations.ts';
import type { Route, RouteTable, ServedRoute } from './route.ts';

/** What programs call, by operation's id, in the order of the document. A function imports the part that it serves. */
export const allRoutes = {
  ...requestRoutes,
  ...collectRoutes,
  ...reviewRoutes,
  ...registryRoutes,
  ...providerRoutes,
  ...logRoutes,
  ...revocationsRoutes,
} satisfies RouteTable;

export const routeList: readonly (Route & { id: string })[] = Object.entries<Route>(allRoutes).map(
  ([id, route]) => ({
    ...route,
    id,
  }),
);

/** Everything that API Gateway lets through: the wire, and the console, which browsers open and no program calls. */
export const servedRoutes: readonly ServedRoute[] = [...routeList, ...Object.values(consoleRoutes)];
