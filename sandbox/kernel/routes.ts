import { notFound } from './refuse.ts';
import type { Route, RouteRequest } from './service.ts';

/** The control API's routes. Services add theirs. */
export interface Routes {
  /** Adds a route. Throws where the same method and path is taken. */
  add(route: Route): void;
  /** The route for a request, with its path parameters. Throws StatusError NOT_FOUND with the list of routes. */
  match(method: string, path: string): { readonly route: Route; readonly params: RouteRequest['params'] };
}

/** Creates an empty table. */
export function createRoutes(): Routes {
  const routes: Route[] = [];
  return {
    add(route) {
      if (routes.some(({ method, path }) => method === route.method && path === route.path)) {
        throw new Error(`the control API has ${route.method} ${route.path} already`);
      }
      routes.push(route);
    },
    match(method, path) {
      for (const route of routes) {
        const params = route.method === method ? paramsOf(route.path, path) : undefined;
        if (params !== undefined) return { route, params };
      }
      const list = routes.map((route) => `${route.method} ${route.path}: ${route.summary}`).join('\n');
      throw notFound(`the sandbox's control API has no ${method} ${path}. It has:\n${list}`);
    },
  };
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return params;
}
