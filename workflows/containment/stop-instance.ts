import { defineRung, foundOf, targetOf } from './rung.ts';
import { alreadyTaken } from './sentences.ts';

/** Stop a Cloud Run instance: a single container group that nothing but a person or a tool starts. */
export const stopInstance = defineRung({
  kind: 'stop-instance',
  resource: 'instance',
  against: ['process', 'entry', 'image'],
  order: 400,
  summary:
    'The instance is stopped, and stays so until somebody starts it. What is in its memory and on its own disk is lost.',
  actions: ['switch-instance'],
  writes: ['runs'],
  build({ settings }) {
    if (settings.fields.runs !== true) return null;
    return {
      title: `Stop ${settings.name}`,
      actions: [
        {
          id: 'a1',
          kind: 'switch-instance',
          title: 'it is stopped',
          target: targetOf(settings),
          when: 'at-once',
          precondition: foundOf(settings, ['runs']),
          change: { runs: false },
          inverse: { runs: true },
        },
      ],
      stops: [`all containers of ${settings.name}, and any process in one`, `every request to ${settings.name}`],
      doesNotStop: [alreadyTaken, 'whoever may start it again'],
      breaks: [
        `${settings.name} is down until someone starts it`,
        'what is in its memory and on its own disk is lost, as evidence too; what is on mounted volumes stays',
      ],
      undo: 'It is started again, from its image: what was in memory and on its disk does not come back. Where the image is bad, it would start the compromise again.',
    };
  },
});
