import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import type { Context } from '../provider.ts';
import { aws, self, step, tags, text } from './cli.ts';

/** A topic of its own for an alarm, whose step is `topic`, and the addresses that it tells. */
export function topic(cx: Context, name: string, emails: readonly string[]): Step[] {
  const label = `${cx.plan}--${name}`;
  const topics = query(text(cx, `Topics[?ends_with(TopicArn,':${label}')].TopicArn`, 'sns list-topics'));
  const steps: Step[] = [
    step(cx, 'topic', {
      title: `topic ${label}, which tells of the alarm`,
      find: topics,
      create: text(cx, 'TopicArn', 'sns create-topic', '--name', label, ...tags(cx, name)),
      captures: true,
      verify: { query: topics },
      undo: [aws(cx, 'sns delete-topic', '--topic-arn', self(cx, 'topic'))],
      effects: [{ kind: 'creates', what: `topic ${label}` }],
    }),
  ];
  for (const [i, email] of emails.entries()) {
    if (emails.indexOf(email) !== i) cx.fail(`emails[${i}]`, { message: 'is named twice.', given: JSON.stringify(email) });
    const subscribed = query(
      text(
        cx,
        `Subscriptions[?Protocol=='email'&&Endpoint=='${email}'].SubscriptionArn`,
        'sns list-subscriptions-by-topic',
        '--topic-arn',
        self(cx, 'topic'),
      ),
    );
    steps.push(
      step(cx, `email-${i + 1}`, {
        title: `tell ${email}`,
        find: subscribed,
        create: aws(cx, 'sns subscribe', '--topic-arn', self(cx, 'topic'), '--protocol', 'email', '--notification-endpoint', email),
        verify: { query: subscribed },
        within: cx.part('topic'),
        effects: [{ kind: 'changes', what: `${email} is told of it, once the link in AWS's first mail is opened` }],
      }),
    );
  }
  const what = cx.id.replace('.', ' ').replaceAll('_', ' ');
  if (emails.length > 0)
    cx.warn(`${what} tells ${emails.join(', ')} only after the link in the mail that AWS sends each of them has been opened`);
  else cx.warn(`${what} tells nobody: give it "emails"`);
  return steps;
}
