import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/** Milliseconds; activities that take less send none. */
const interval = 2_000;

/**
 * Sends heartbeats for an activity while it runs. So a killed worker is noticed after the heartbeat timeout, well within an investigation's
 * budget, also where the activity itself only waits for one answer.
 */
export function heartbeats(context: Context): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      if (context.info.isLocal) return next(input);
      const timer = setInterval(() => context.heartbeat(), interval);
      try {
        return await next(input);
      } finally {
        clearInterval(timer);
      }
    },
  };
}
