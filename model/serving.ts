import { closed, count, optional, text, whole, word, type z } from './schema.ts';

/** One entry of a service's `traffic`, or of a worker pool's `instance_splits`. Revisions by short name. Source: run/v2/traffic_target.proto. */
export const trafficTargetSchema = closed({
  type: word('latest', 'revision'),
  revision: optional(text(100)),
  percent: whole(0, 100),
  tag: optional(text(100)),
});
export type TrafficTarget = z.infer<typeof trafficTargetSchema>;

/** The `scaling` of a service or worker pool. Source: run/v2/vendor_settings.proto. Counts that were never set are absent. */
export const serviceScalingSchema = closed({
  mode: word('automatic', 'manual'),
  min: optional(count),
  max: optional(count),
  manual: optional(count),
});
export type ServiceScaling = z.infer<typeof serviceScalingSchema>;
