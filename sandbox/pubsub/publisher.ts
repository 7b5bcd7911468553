import { status } from '@grpc/grpc-js';
import { invalidArgument, notFound } from '../kernel/refuse.ts';
import type { SandboxService } from '../kernel/service.ts';
import { StatusError } from '../kernel/service.ts';
import type { NewMessage, PubsubState } from './state.ts';

const topicPattern = /^projects\/[^/]+\/topics\/[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/;

/** google.pubsub.v1.Publisher, as far as it is used. */
export function publisherService(protos: string, state: PubsubState): SandboxService {
  return {
    name: 'google.pubsub.v1.Publisher',
    protos,
    unary: {
      CreateTopic: async ({ name, labels }: { name: string; labels: Readonly<Record<string, string>> }) => {
        if (!topicPattern.test(name))
          throw invalidArgument(`${JSON.stringify(name)} is not a topic name: projects/PROJECT/topics/TOPIC`);
        if (state.hasTopic(name))
          throw new StatusError(status.ALREADY_EXISTS, `Resource already exists in the project (resource=${name}).`);
        state.createTopic(name, labels);
        return { name, labels };
      },
      GetTopic: async ({ topic }: { topic: string }) => ({
        name: existing(state, topic),
        labels: state.labelsOf(topic),
      }),
      ListTopics: async ({ project }: { project: string }) => ({
        topics: state
          .topics()
          .filter((name) => name.startsWith(`${project}/`))
          .map((name) => ({ name, labels: state.labelsOf(name) })),
      }),
      DeleteTopic: async ({ topic }: { topic: string }) => {
        state.deleteTopic(existing(state, topic));
        return {};
      },
      Publish: async ({ topic, messages }: { topic: string; messages: readonly NewMessage[] }) => {
        existing(state, topic);
        if (messages.length === 0) throw invalidArgument('messages must not be empty');
        return { messageIds: messages.map((message) => state.publish(topic, message)) };
      },
    },
  };
}

function existing(state: PubsubState, topic: string): string {
  if (!state.hasTopic(topic))
    throw notFound(`Resource not found (resource=${topic}). The sandbox has the topics: ${state.topics().join(', ')}`);
  return topic;
}
