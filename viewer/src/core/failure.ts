// What went wrong, as a sentence for the person who looks at the screen.

export class Failure extends Error {
  // retryable: asking again may help.
  constructor(message: string, readonly retryable: boolean, readonly status = 0) {
    super(message);
  }
}

// With a capital letter and a full stop.
export const sentence = (text: string): string => {
  const trimmed = text.trim().replace(/\.$/, '');
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}.`;
};

export const unreachable = (): Failure => new Failure('The image service cannot be reached.', true);

// Of an answer that is not a success; reads its problem+json.
export async function failureOf(response: Response): Promise<Failure> {
  let detail = '';
  try {
    const problem = (await response.json()) as { detail?: string; title?: string };
    detail = problem.detail ?? problem.title ?? '';
  } catch {
    // Not our problem document; the status has to do.
  }
  const retryable = response.status === 429 || response.status >= 502 || response.status === 500;
  return new Failure(detail ? sentence(detail) : `The image service answered with status ${response.status}.`, retryable, response.status);
}

export const failureFrom = (message: string, retryable: boolean): Failure =>
  new Failure(message ? sentence(message) : 'The picture cannot be shown.', retryable);

export const asFailure = (error: unknown): Failure => (error instanceof Failure ? error : unreachable());
