import type { Delivery } from './queue.ts';

/** A delivery as google.pubsub.v1.ReceivedMessage. The attempt is 0 where the subscription has no dead letter policy: as the proto says. */
export function receivedMessage({ ackId, message, attempt }: Delivery, hasDeadLetterPolicy: boolean): object {
  return {
    ackId,
    deliveryAttempt: hasDeadLetterPolicy ? attempt : 0,
    message: {
      messageId: message.messageId,
      data: Buffer.from(message.dataBase64, 'base64'),
      attributes: message.attributes,
      orderingKey: message.orderingKey,
      publishTime: { seconds: Math.floor(message.publishTime / 1000), nanos: (message.publishTime % 1000) * 1_000_000 },
    },
  };
}
